"""What both detectors say together. What each says is made up, in sums of powers of two, so that limits are met exactly."""

from __future__ import annotations

import pytest

from assistant.safety.alarms import Alarm
from assistant.safety.detector import Finding
from assistant.safety.rules import TIERS, RedFlag
from assistant.safety.triage import LONG, SHORTEST, Limits, Triage, Verdict
from assistant.understanding.text import Reader, Speller, clean
from tests.shared import Encode, configured

READER = Reader([])
LIMITS = Limits(alarm=0.5, alarm_in_part=0.75, doubt=0.25, denied=0.125)
NOTHING = Verdict()
ODD = "my lip has felt odd since i got up"  # eight words, too
OTHER = "my leg is red and hot since the flight"
PLAIN = "it was a nice day at the clinic"  # eight words and, with its full stop, nine tokens
SURE, ALARMING, DOUBTFUL, HARMLESS = 0.875, 0.5, 0.25, 0.1875


class Says:
    """A learned detector that says of a text what is written down for it, and of any other that it is harmless."""

    def __init__(self, alarms):
        self._alarms = alarms
        self.asked = []

    def alarms(self, texts, embeddings):
        assert embeddings.shape == (len(texts), 384)
        self.asked += texts
        return [Alarm(*self._alarms.get(text, (0.0, "same_day"))) for text in texts]


def found(*tiers):
    """Findings of the rules, one for each tier."""
    return [Finding(RedFlag(f"RF{number}", "", tier, [], [], [], [], "", [], []), "") for number, tier in enumerate(tiers, start=1)]


def assess(message, alarms, rules=(), before="", limits=LIMITS):
    """The verdict where the learned detector says so of the texts, and the rules found signs of these tiers."""
    triage = Triage(Says(alarms), Encode(), str, limits)
    return triage.assess(READER.read(clean(message)), found(*rules), before)


def asked(message, before="", mend=str):
    """The texts the learned detector is asked about, and those that are embedded."""
    model, encode = Says({}), Encode()
    Triage(model, encode, mend, LIMITS).assess(READER.read(clean(message)), [], before)
    return model.asked, encode.asked


def long_message(*sentences):
    """A long message, and with it what it is as a whole."""
    message = ". ".join([*sentences, *[PLAIN] * 5])
    assert len(READER.read(message)) > LONG
    return message


# --- a short message ---


@pytest.mark.parametrize(
    ("probability", "tier", "if_now"),
    [
        pytest.param(1.0, "emergency", None, id="certain"),
        pytest.param(0.5, "emergency", None, id="an alarm at its limit"),
        pytest.param(0.46875, None, "emergency", id="an alarm below its limit"),
        pytest.param(0.25, None, "emergency", id="a doubt at its limit"),
        pytest.param(0.21875, None, None, id="a doubt below its limit"),
        pytest.param(0.0, None, None, id="none"),
    ],
)
def test_the_learned_detector_raises_an_alarm_or_a_doubt_by_itself(probability, tier, if_now):
    verdict = assess(ODD, {ODD: (probability, "emergency")})
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


@pytest.mark.parametrize(
    ("probability", "tier", "if_now"),
    [
        pytest.param(1.0, "crisis", None, id="both are certain"),
        pytest.param(0.25, "crisis", None, id="the detector is in doubt"),
        pytest.param(0.21875, "crisis", None, id="the detector says no"),
        pytest.param(0.125, "crisis", None, id="a denial at its limit"),
        pytest.param(0.09375, None, "crisis", id="a denial below its limit"),
        pytest.param(0.0, None, "crisis", id="a denial that is certain"),
    ],
)
def test_a_rule_that_the_detector_denies_gives_a_warning_and_any_other_the_safety_text(probability, tier, if_now):
    verdict = assess(ODD, {ODD: (probability, "crisis")}, ["crisis"])
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


@pytest.mark.parametrize("tier", TIERS)
def test_an_alarm_is_one_of_its_tier(tier):
    assert assess(ODD, {ODD: (ALARMING, tier)}).tier == tier
    assert assess(ODD, {ODD: (DOUBTFUL, tier)}).if_now == tier
    assert assess(ODD, {ODD: (HARMLESS, "emergency")}, [tier]).tier == tier
    assert assess(ODD, {}, [tier]).if_now == tier


@pytest.mark.parametrize("first", TIERS)
@pytest.mark.parametrize("second", TIERS)
def test_of_a_rule_and_an_alarm_the_more_urgent_tier_wins(first, second):
    assert assess(ODD, {ODD: (ALARMING, first)}, [second]).tier == min(first, second, key=TIERS.index)


@pytest.mark.parametrize("probability", [HARMLESS, DOUBTFUL, 0.46875])
def test_beside_a_rule_a_tier_the_detector_only_doubts_does_not_count(probability):
    assert assess(ODD, {ODD: (probability, "emergency")}, ["same_day"]).tier == "same_day"


@pytest.mark.parametrize(("probability", "told"), [(HARMLESS, "tier"), (0.0, "if_now")], ids=["that stand", "that are denied"])
def test_of_several_findings_the_most_urgent_tier_wins(probability, told):
    verdict = assess(ODD, {ODD: (probability, "same_day")}, ["crisis", "safeguarding", "same_day"])
    assert getattr(verdict, told) == "crisis"


def test_a_message_of_which_neither_says_anything_is_harmless():
    assert assess(ODD, {}) == NOTHING


@pytest.mark.parametrize("message", ["", "?!...", "12345", "\U0001f494\U0001f44d", "+44 1632 960001"])
def test_of_a_message_without_letters_nothing_is_asked(message):
    def never(texts, *args):
        raise AssertionError(f"asked about {texts}")

    triage = Triage(type("Never", (), {"alarms": never}), never, never, LIMITS)
    assert triage.assess(READER.read(message), [], ODD) == NOTHING


# --- a long message ---


@pytest.mark.parametrize(
    ("probability", "tier", "if_now"),
    [
        pytest.param(1.0, "emergency", None, id="certain"),
        pytest.param(0.75, "emergency", None, id="an alarm in part at its limit"),
        pytest.param(0.71875, None, "emergency", id="an alarm in part below its limit"),
        pytest.param(0.5, None, "emergency", id="what would be an alarm alone, at its limit"),
        pytest.param(0.46875, None, None, id="what would be an alarm alone, below its limit"),
    ],
)
@pytest.mark.parametrize("place", [0, 2, 5], ids=["first", "in the middle", "last"])
def test_one_alarming_sentence_of_a_long_message_is_noticed(probability, tier, if_now, place):
    sentences = [PLAIN] * 5
    sentences.insert(place, ODD)
    texts = {text: (probability, "emergency") for text in (ODD, f"{ODD}.")}
    verdict = assess(". ".join(sentences), texts)
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


@pytest.mark.parametrize(
    ("whole", "tier", "if_now"),
    [(0.5, "emergency", None), (0.46875, None, "emergency"), (0.25, None, "emergency"), (0.21875, None, None)],
)
def test_a_long_message_is_also_judged_as_a_whole(whole, tier, if_now):
    message = long_message()
    verdict = assess(message, {message: (whole, "emergency")})
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


@pytest.mark.parametrize("first", ["whole", "sentence"])
def test_of_the_whole_and_a_sentence_the_more_urgent_tier_wins(first):
    message = long_message(ODD)
    tiers = ("emergency", "same_day") if first == "whole" else ("same_day", "emergency")
    assert assess(message, {message: (ALARMING, tiers[0]), f"{ODD}.": (SURE, tiers[1])}).tier == "emergency"


def test_of_two_alarming_sentences_the_more_urgent_tier_wins():
    message = long_message(ODD, OTHER)
    assert assess(message, {f"{ODD}.": (0.75, "emergency"), f"{OTHER}.": (0.875, "same_day")}).tier == "emergency"


@pytest.mark.parametrize(("whole", "sentence", "if_now"), [(0.25, 0.5, "crisis"), (0.46875, 0.25, "emergency")])
def test_the_doubt_is_of_the_likelier_tier(whole, sentence, if_now):
    message = long_message(ODD)
    verdict = assess(message, {message: (whole, "emergency"), f"{ODD}.": (sentence, "crisis")})
    assert (verdict.tier, verdict.if_now) == (None, if_now)


@pytest.mark.parametrize(("sentence", "tier", "if_now"), [(0.125, "crisis", None), (0.09375, None, "crisis")])
def test_in_a_long_message_a_rule_is_denied_only_where_no_sentence_speaks_for_it(sentence, tier, if_now):
    verdict = assess(long_message(ODD), {f"{ODD}.": (sentence, "crisis")}, ["crisis"])
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


def test_the_sentences_of_a_long_message_are_judged_beside_it_each_with_its_mark():
    message = f"{ODD}! {PLAIN}? does it hurt; {PLAIN}. {PLAIN}. {PLAIN}. and so on"
    assert asked(message)[0] == [
        message, f"{ODD}!", f"{PLAIN}?", f"does it hurt; {PLAIN}.", f"{PLAIN}.", f"{PLAIN}.", "and so on",
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "judged"), [(LONG, 1), (LONG + 1, 3)])
def test_the_sentences_of_a_short_message_are_not_judged_alone(words, judged):
    message = f"{ODD}. " + "word " * (words - 10)
    assert len(READER.read(clean(message))) == words
    assert len(asked(message)[0]) == judged


def test_a_sentence_of_a_few_words_is_judged_with_the_next():
    assert SHORTEST == 8
    message = ". ".join(["odd lip", ODD, *[PLAIN] * 5])
    assert asked(message)[0][1:3] == [f"odd lip. {ODD}.", f"{PLAIN}."]


def test_a_long_sentence_is_judged_in_stretches():
    message = f"{'word ' * LONG}{'other ' * LONG}{ODD}"
    assert asked(message)[0] == [message, " ".join(["word"] * LONG), " ".join(["other"] * LONG), ODD]


def test_a_long_message_of_very_short_sentences_is_soon_judged():
    message = clean("odd. " * 1000)
    assert len(asked(message)[0]) <= 1 + 2 * 1000 / SHORTEST
    assert assess(message, {message: (ALARMING, "crisis")}).tier == "crisis"


# --- together with the message before ---

TOGETHER = f"i was at the clinic. {ODD}"
BEFORE = "i was at the clinic"


@pytest.mark.parametrize(
    ("joined", "alone", "tier", "if_now"),
    [
        pytest.param(0.75, 0.25, "emergency", None, id="both at their limits"),
        pytest.param(0.71875, 0.25, None, "same_day", id="an alarm in part below its limit"),
        pytest.param(1.0, 0.21875, None, None, id="a message that adds nothing to the one before"),
        pytest.param(0.0, 0.5, "same_day", None, id="a message that alarms alone"),
        pytest.param(0.0, 0.0, None, None, id="neither"),
    ],
)
def test_a_sign_may_be_told_in_two_messages(joined, alone, tier, if_now):
    verdict = assess(ODD, {TOGETHER: (joined, "emergency"), ODD: (alone, "same_day")}, before=BEFORE)
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


def test_a_message_that_alarms_alone_has_the_more_urgent_tier_of_both_messages_together():
    assert assess(ODD, {TOGETHER: (0.75, "emergency"), ODD: (0.5, "same_day")}, before=BEFORE).tier == "emergency"
    assert assess(ODD, {TOGETHER: (0.75, "same_day"), ODD: (0.5, "emergency")}, before=BEFORE).tier == "emergency"


def test_after_a_worrying_message_a_harmless_one_raises_nothing():
    assert assess("thank you", {f"{ODD}. thank you": (1.0, "emergency")}, before=ODD) == NOTHING


def test_what_was_said_before_speaks_for_no_rule():
    assert assess(ODD, {TOGETHER: (1.0, "emergency")}, ["crisis"], before=BEFORE).if_now == "crisis"


def test_a_long_message_is_joined_too_and_that_counts_as_no_sentence_of_it():
    message = long_message()
    together = f"{BEFORE}. {message}"
    assert assess(message, {together: (1.0, "emergency")}, before=BEFORE) == NOTHING
    assert assess(message, {together: (1.0, "emergency"), message: (0.25, "same_day")}, before=BEFORE).tier == "emergency"


def test_the_message_before_costs_nothing_where_the_message_adds_nothing():
    assert asked(ODD)[0] == [ODD]
    assert asked(ODD, BEFORE)[0] == [ODD]


# --- what the detectors are asked about ---


def test_slips_are_mended_and_the_treatment_is_named_to_the_words_alone():
    mended, embedded = asked("dry neeedlimg and my lpi swoolen", "", Speller(["needling", "swollen"]).mend)
    assert (mended, embedded) == (["dry needling and my lpi swollen"], ["it and my lpi swollen"])


# --- why ---


@pytest.mark.parametrize(
    ("probability", "rules", "why"),
    [
        pytest.param(SURE, [], "the learned detector: 0.88", id="an alarm of the detector"),
        pytest.param(SURE, ["crisis", "same_day"], "RF1 of data/safety.yml, RF2 of data/safety.yml, the learned detector: 0.88", id="both"),
        pytest.param(0.0, ["crisis", "same_day"], "RF1 of data/safety.yml, against the learned detector", id="a rule that is denied"),
        pytest.param(DOUBTFUL, [], "the learned detector is in doubt: 0.25", id="a doubt"),
        pytest.param(HARMLESS, [], "", id="nothing"),
    ],
)
def test_the_reason_is_told(probability, rules, why):
    assert assess(ODD, {ODD: (probability, "crisis")}, rules).why == why


def test_the_reason_tells_the_highest_of_several_probabilities():
    message = long_message(ODD)
    assert "0.88" in assess(message, {message: (0.5, "emergency"), f"{ODD}.": (SURE, "crisis")}).why
    assert "0.50" in assess(message, {message: (0.25, "emergency"), f"{ODD}.": (0.5, "crisis")}).why


@pytest.mark.parametrize("probability", [0.0, HARMLESS, DOUBTFUL, ALARMING, SURE])
@pytest.mark.parametrize("rules", [[], ["crisis"]], ids=["no rule", "a rule"])
def test_a_verdict_is_a_safety_text_or_a_warning_or_neither_and_has_a_reason_unless_neither(probability, rules):
    verdict = assess(ODD, {ODD: (probability, "emergency")}, rules)
    assert not (verdict.tier and verdict.if_now)
    assert bool(verdict.why) is bool(verdict.tier or verdict.if_now)


# --- limits ---


@pytest.mark.parametrize("limits", [Limits(), Limits(**configured("RedFlags"))], ids=["by default", "of config.yml"])
def test_a_rule_is_denied_more_surely_than_anything_is_doubted_and_a_part_must_alarm_more_surely_than_a_whole(limits):
    assert 0 < limits.denied < limits.doubt < limits.alarm < limits.alarm_in_part < 1


@pytest.mark.parametrize(
    ("limit", "before", "after"),
    [
        pytest.param({"alarm": 0.375}, (None, "emergency"), ("emergency", None), id="alarm"),
        pytest.param({"doubt": 0.4375}, (None, "emergency"), (None, None), id="doubt"),
    ],
)
def test_each_limit_can_be_set(limit, before, after):
    for limits, expected in ((LIMITS, before), (Limits(**{**vars(LIMITS), **limit}), after)):
        verdict = assess(ODD, {ODD: (0.40625, "emergency")}, limits=limits)
        assert (verdict.tier, verdict.if_now) == expected
