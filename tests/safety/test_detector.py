"""The detector: how it decides, on rules of a few words; and what the real rules find."""

from __future__ import annotations

import pytest

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.safety.detector import FARTHEST, NEGATION_REACH, Detector
from assistant.safety.phrases import GAP
from assistant.safety.rules import CONTEXTS, TIERS, RedFlag, SafetyRules
from assistant.understanding.text import LONGEST_MESSAGE, Reader, english
from tests.shared import unseen

FLAGS = read_yaml(paths.DATA / "safety.yml")["red_flags"]
UNSEEN = unseen()
SMALL_CONTEXTS = {
    "negation": ["(no|not|without)"],
    "question": ["can it cause"],
    "past": ["years ago"],
    "no_denial": ["not sure"],
    "ongoing": ["right now"],
}


def flag(name, tier, signs, unless=(), even_if=()):
    return RedFlag(name, name, tier, [], list(signs), list(unless), list(even_if), "", [], [])


def found_in(text, *flags):
    """The findings of a few rules in a text."""
    rules = SafetyRules("", {}, {}, {}, SMALL_CONTEXTS, list(flags))
    return Detector(rules, english().vocab).find(Reader(()).read(text))


def phrases(kind):
    """Every phrase of a kind in data/safety.yml, with its sign."""
    return [pytest.param(entry, phrase, id=f"{entry['id']}: {phrase}") for entry in FLAGS for phrase in entry[kind]]


def is_urgent_enough(findings, tier):
    return bool(findings) and TIERS.index(findings[0].flag.tier) <= TIERS.index(tier)


CHEST_PAIN = flag("chest pain", "emergency", ["chest + pain"])
NUMB = flag("numb", "emergency", ["no feeling + leg"])
CLOT = flag("clot", "same_day", ["clot"])
FAINT = flag("faint", "same_day", ["faint"])
DYING = flag("dying", "crisis", ["want to die"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("pain in my chest", True, id="both parts"),
        pytest.param("my chest. there is pain", True, id="parts in two sentences"),
        pytest.param("pain in my arm", False, id="one part"),
        pytest.param("chest " + "word " * FARTHEST + "pain", True, id="parts as far apart as may be"),
        pytest.param("chest " + "word " * (FARTHEST + 1) + "pain", False, id="parts too far apart"),
        pytest.param("chest " + "word " * (FARTHEST + 1) + "pain in the chest", True, id="a second part nearer"),
    ],
)
def test_the_parts_of_a_sign_stand_near_each_other(text, expected):
    assert bool(found_in(text, CHEST_PAIN)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("no chest pain", False, id="denied"),
        pytest.param("chest fine, no pain", False, id="one part denied"),
        pytest.param("without any of the usual chest pain", False, id="denied some words before"),
        pytest.param("no " + "word " * NEGATION_REACH + "chest pain", False, id="the denial reaches five words"),
        pytest.param("no " + "word " * (NEGATION_REACH + 1) + "chest pain", True, id="the denial reaches no farther"),
        pytest.param("chest pain, not nice", True, id="the denial comes after"),
        pytest.param("no fever but chest pain", True, id="but turns"),
        pytest.param("no fever, chest pain", True, id="a comma ends a denial"),
        pytest.param("no fever and my chest has pain", True, id="a new clause ends a denial"),
        pytest.param("no fever! chest pain", True, id="a sentence ends a denial"),
        pytest.param("not sure about this chest pain", True, id="not sure denies nothing"),
    ],
)
def test_a_denied_sign_does_not_fire(text, expected):
    assert bool(found_in(text, CHEST_PAIN)) is expected


def test_a_negator_inside_a_sign_denies_no_part_of_it():
    assert found_in("i have no feeling in that leg", NUMB)
    assert not found_in("the leg is not without the no feeling thing", NUMB)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("can it cause chest pain", False, id="asked about"),
        pytest.param("in the chest, can it cause pain", False, id="the last part asked about"),
        pytest.param("can it cause that in the chest but i have pain", True, id="only the first part asked about"),
        pytest.param("chest pain. can it cause that", True, id="asked about something after"),
        pytest.param("can it cause that? chest pain", True, id="the question ended"),
        pytest.param("can it cause that, i have chest pain", True, id="a comma ends a question"),
        pytest.param("can it cause that because i have chest pain", True, id="because turns"),
        pytest.param("right now i wonder can it cause chest pain", True, id="it is going on"),
    ],
)
def test_a_sign_only_asked_about_does_not_fire(text, expected):
    assert bool(found_in(text, CHEST_PAIN)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("years ago i had a clot", False, id="long past before"),
        pytest.param("i had a clot years ago", False, id="long past after"),
        pytest.param("needled years ago and now a clot", True, id="now turns"),
        pytest.param("needled years ago, a clot in my leg", True, id="a comma ends the past"),
        pytest.param("i was needled years ago. i have a clot", True, id="a sentence ends the past"),
        pytest.param("i have a clot and was needled years ago", True, id="and ends the past backwards"),
        pytest.param("i had a clot years ago, it is back right now", True, id="it is going on"),
    ],
)
def test_a_sign_long_past_does_not_fire(text, expected):
    assert bool(found_in(text, CLOT)) is expected


def test_the_past_inside_a_sign_silences_it():
    lost_sight = flag("lost sight", "emergency", ["lost sight"])
    assert found_in("i lost my sight", lost_sight)
    assert not found_in("i lost years ago my sight", lost_sight)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a clot on a painting", False, id="in the same sentence"),
        pytest.param("on the painting there is a clot", False, id="before the sign"),
        pytest.param("a clot! i like painting", True, id="in another sentence"),
    ],
)
def test_what_makes_a_sign_harmless_silences_it_in_its_sentence(text, expected):
    assert bool(found_in(text, flag("clot", "same_day", ["clot"], unless=["paint*"]))) is expected


@pytest.mark.parametrize(
    ("context", "text"), [("negation", "no clot"), ("question", "can it cause a clot"), ("past", "i had a clot years ago")]
)
def test_only_the_named_contexts_are_overridden(context, text):
    assert set(CONTEXTS) == {"negation", "question", "past"}
    assert found_in(text, flag("clot", "same_day", ["clot"], even_if=[context]))
    assert not found_in(text, flag("clot", "same_day", ["clot"], even_if=set(CONTEXTS) - {context}))


def test_the_most_urgent_sign_comes_first():
    found = found_in("i faint a lot, want to die, and there is pain in my chest", FAINT, DYING, CHEST_PAIN)
    assert [finding.flag.tier for finding in found] == ["emergency", "crisis", "same_day"]


def test_a_sign_is_found_once_however_often_it_stands():
    assert len(found_in("a clot and a clot and another clot", flag("clot", "same_day", ["clot", "another clot"]))) == 1


def test_a_silenced_sign_does_not_hide_one_that_stands_elsewhere():
    assert [finding.words for finding in found_in("no chest pain at rest. then a pain across the chest", CHEST_PAIN)] == [
        "pain across the chest"
    ]


def test_a_finding_has_the_words_that_raised_it():
    assert found_in("since monday pain all over my chest again", CHEST_PAIN)[0].words == "pain all over my chest"


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        pytest.param("aa + bb + cc", "aa{far}bb{far}cc", id="three words"),
        pytest.param("aa ab ac + ba bb bc + cc", "aa{gap}ab{gap}ac{far}ba{gap}bb{gap}bc{far}cc", id="two phrases and a word"),
        pytest.param("aa + bb + cc + dd", "aa{far}bb{far}cc{far}dd", id="four words"),
    ],
)
def test_a_sign_as_wide_as_may_be_is_found_wherever_it_stands(sign, text):
    detector = Detector(SafetyRules("", {}, {}, {}, SMALL_CONTEXTS, [flag("sign", "emergency", [sign])]), english().vocab)
    read = Reader(()).read
    written = text.format(gap=" word" * GAP + " ", far=" word" * FARTHEST + " ")
    missed = [before for before in range(250) if not detector.find(read("word " * before + written + " word" * 50))]
    assert missed == []


def test_what_goes_on_now_is_no_question_however_far_away_that_is_said():
    assert found_in("can it cause chest pain. " + "then this and that. " * 60 + "it is going on right now", CHEST_PAIN)


def test_nothing_is_found_in_nothing():
    assert found_in("", CHEST_PAIN) == []


@pytest.mark.parametrize(("entry", "message"), phrases("examples"))
def test_every_example_fires_at_its_tier_or_a_more_urgent_one(find, entry, message):
    assert is_urgent_enough(find(message), entry["tier"])


@pytest.mark.parametrize(("entry", "message"), phrases("near_misses"))
def test_no_near_miss_fires(find, entry, message):
    assert [(finding.flag.id, finding.words) for finding in find(message)] == []


@pytest.mark.parametrize("entry", FLAGS, ids=[entry["id"] for entry in FLAGS])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(str.upper, id="in capitals"),
        pytest.param(lambda text: text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"), id="with curly apostrophes"),
        pytest.param(lambda text: text.replace("'", ""), id="without apostrophes"),
        pytest.param(
            lambda text: (
                "Hi there, I came in on Monday for my knee and it was lovely, thank you. "
                f"{text}. I would also like to move my next appointment, do you open on Saturday?"
            ),
            id="in a long message",
        ),
        pytest.param(
            lambda text: f"Does needling hurt? I had a clot ten years ago. No fever. {text}", id="after a question, the past and a denial"
        ),
    ],
)
def test_an_example_fires_however_it_is_sent(find, entry, change):
    sent = [change(text) for text in entry["examples"] if change(text) != text]
    assert [text for text in sent if not is_urgent_enough(find(text), entry["tier"])] == []


@pytest.mark.parametrize(
    "apostrophe", ["'", "\u2019", "\u2018", "\u02bc", "\u2032", "\uff07", "`", "\u00b4"], ids=lambda sign: f"U+{ord(sign):04X}"
)
def test_any_apostrophe_will_do(find, apostrophe):
    assert find(f"I can{apostrophe}t breathe")


@pytest.mark.parametrize(
    "message",
    [
        "no chest pain at all",
        "I don't have any chest pain",
        "I have no chest pain, no breathlessness and no fever",
        "neither chest pain nor short of breath",
        "no numbness between my legs",
        "my sister is not suicidal",
        "can dry needling cause a stroke",
        "what are the signs of a collapsed lung",
        "how common is a blood clot in the leg",
        "what are the signs of a blood clot in the calf or leg like swollen hot red sore calf or leg pain when you walk",
        "can needling cause numbness or weakness in the arm or hand or fingers after needling of the neck",
        "no weakness no numbness in my arms hands legs or feet after the needling and no trouble with my grip or my fingers",
        "years ago my throat closed up",
        "my collapsed lung was in 2015",
        "my mother had a stroke five years ago, can she have it",
    ],
)
def test_what_is_denied_asked_about_or_long_past_does_not_fire(find, message):
    assert find(message) == []


@pytest.mark.parametrize(
    ("message", "tier"),
    [
        pytest.param("I can't breathe", "emergency", id="can not denies nothing"),
        pytest.param("no relief and my chest hurts", "emergency", id="no relief denies nothing"),
        pytest.param("no fever but my lips are swelling", "emergency", id="a denial ends at but"),
        pytest.param("no chest pain. I can't breathe", "emergency", id="a denial ends with its sentence"),
        pytest.param("not better, my throat is closing", "emergency", id="not better denies nothing"),
        pytest.param("is it normal that I can't breathe since yesterday", "emergency", id="a question about now"),
        pytest.param("can it cause a stroke? my face has dropped", "emergency", id="a question before a sign"),
        pytest.param("had a stroke five years ago and now my face has dropped", "emergency", id="the past before a sign"),
        pytest.param("do people like me who want to kill themselves get help", "crisis", id="a crisis asked about"),
        pytest.param("I want to kill myself lol", "crisis", id="a crisis laughed off"),
        pytest.param("my wife can't breathe", "emergency", id="my wife"),
        pytest.param("mum is suddenly confused and can't talk", "emergency", id="mum"),
        pytest.param("my friend's lips look blue", "emergency", id="a friend"),
        pytest.param("the client has collapsed and won't wake up", "emergency", id="a client"),
        pytest.param("he wants to kill himself", "crisis", id="he"),
        pytest.param("my little boy has stood on one of your needles", "same_day", id="a child"),
    ],
)
def test_a_sign_of_now_fires_whoever_has_it(find, message, tier):
    assert is_urgent_enough(find(message), tier)


@pytest.mark.parametrize(
    "message",
    [
        "i cant breethe",
        "i cant braethe",
        "chset pain",
        "my trhoat is closing up",
        "my throut is closing up",
        "my toungue is sweling",
        "my speach is slurrred",
        "I am suicidel",
        "numb betwen my legs",
        "pins and needels around my bum",
        "coughing up bloood",
        "my chest is tigth",
    ],
)
def test_a_sign_with_slips_of_the_thumb_fires(find, message):
    assert find(message)


def test_of_several_signs_every_one_is_found_the_most_urgent_first(find):
    found = find("I fainted at the clinic. My partner hits me. I want to kill myself. My throat is closing up.")
    assert [finding.flag.id for finding in found] == ["RF2", "RF12", "RF22", "RF17"]


@pytest.mark.parametrize(
    ("start", "repeated"),
    [
        ("", "numb "),
        ("", "( "),
        ("", "is my "),
        ("", "xqzwv "),
        ("", "my leg is sore and swollen and hot "),
        ("", "no pain in my chest and breathe "),
        ("can needling cause ", "can needling cause pain "),
        ("can needling cause ", "swollen leg numb huge "),
        ("can needling cause ", "pregnant shoulder tip faint "),
    ],
)
def test_a_long_message_of_repeated_words_is_soon_done(find, within, start, repeated):
    message = (start + repeated * LONGEST_MESSAGE)[:LONGEST_MESSAGE]
    with within(10):
        find(message)


# What the rules alone reach; the learned detector stands behind them. A change that costs more than a few of these shows here.
@pytest.mark.parametrize(("tier", "share"), [("emergency", 0.66), ("crisis", 0.45), ("safeguarding", 0.33), ("same_day", 0.67)])
def test_most_unseen_signs_are_found(find, tier, share):
    messages = [text for wanted, _, text in UNSEEN if wanted == tier]
    missed = [text for text in messages if not is_urgent_enough(find(text), tier)]
    assert len(messages) >= 10
    assert 1 - len(missed) / len(messages) >= share, "\n".join(missed)


def test_few_unseen_harmless_messages_fire(find):
    harmless = [text for tier, _, text in UNSEEN if tier == "none"]
    fired = [text for text in harmless if find(text)]
    assert len(harmless) > 200
    assert len(fired) / len(harmless) <= 0.07, "\n".join(fired)
