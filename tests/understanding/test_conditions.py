"""The lexicon of complaints, and finding them in a message."""

from __future__ import annotations

import json

import pytest

from assistant import paths
from assistant.content.faults import ContentError, read_yaml
from assistant.understanding.conditions import OTHER, Condition, ConditionFinder, Lexicon, load_lexicon
from assistant.understanding.text import Reader, clean

CONTENT = {
    "listed": {"neck_pain": {"name": "neck pain", "phrases": ["neck pain", "stiff neck"], "parts": ["neck"]}},
    "unlisted": [{"name": "migraine", "phrases": ["migraine", "migrane"]}],
}
LISTED = read_yaml(paths.DATA / "conditions.yml")["listed"]
NECK = Condition("neck_pain", "neck pain")
MIGRAINE = Condition(OTHER, "migraine")


@pytest.fixture
def load(tmp_path):
    """Load a lexicon from content."""
    path = tmp_path / "conditions.yml"

    def loaded(content):
        path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
        return load_lexicon(path)

    return loaded


def said(mentions):
    return [(mention.condition.name, mention.is_part) for mention in mentions]


def test_content_without_fault_is_read(load):
    lexicon = load(CONTENT)
    assert lexicon.phrases == {"neck pain": NECK, "stiff neck": NECK, "migraine": MIGRAINE, "migrane": MIGRAINE}
    assert lexicon.parts == {"neck": NECK}


def test_the_vocabulary_has_every_word(load):
    assert load(CONTENT).vocabulary() == {"neck", "pain", "stiff", "migraine", "migrane"}


def test_capitals_in_a_phrase_leave_its_words_whole():
    assert Lexicon({"Crohn disease": MIGRAINE}, {}).vocabulary() == {"crohn", "disease"}


@pytest.mark.parametrize(
    ("listed", "unlisted", "faults"),
    [
        pytest.param(None, CONTENT["unlisted"], ["'listed' is missing"], id="nothing listed"),
        pytest.param(CONTENT["listed"], [], ["'unlisted' is missing"], id="nothing unlisted"),
        pytest.param({}, None, ["'listed' is missing", "'unlisted' is missing"], id="nothing at all"),
        pytest.param({"neck_pain": {"phrases": ["a"]}}, [{"name": "b", "phrases": ["b"]}], ["neck_pain: has"], id="no name"),
        pytest.param({"neck_pain": {"name": "a"}}, [{"name": "b", "phrases": ["b"]}], ["neck_pain: has"], id="no phrases"),
        pytest.param({"neck_pain": ["a"]}, [{"name": "b", "phrases": ["b"]}], ["neck_pain: has ['a']"], id="no keys"),
        pytest.param(CONTENT["listed"], ["migraine"], [f"{OTHER}: has 'migraine'"], id="an unlisted word"),
        pytest.param(
            CONTENT["listed"],
            [{"name": "ache", "phrases": ["stiff neck"]}],
            ["ache: 'stiff neck' already stands under neck pain"],
            id="twice",
        ),
        pytest.param(
            {**CONTENT["listed"], "posture": {"name": "posture", "phrases": ["a"], "parts": ["neck"]}},
            [{"name": "ache", "phrases": ["b"]}],
            ["posture: 'neck' already stands under neck pain"],
            id="a part twice",
        ),
        pytest.param(
            {"neck_pain": None, "posture": {"name": "posture", "phrases": ["a", "a"]}},
            [{"name": "ache"}],
            ["neck_pain: has None", "posture: 'a' already stands", f"{OTHER}: has"],
            id="several faults at once",
        ),
    ],
)
def test_every_fault_is_told_with_its_file(load, listed, unlisted, faults):
    with pytest.raises(ContentError) as raised:
        load({"listed": listed, "unlisted": unlisted})
    told = raised.value.faults
    assert len(told) == len(faults)
    assert all(line.startswith("conditions.yml: ") and fault in line for line, fault in zip(told, faults))


def test_a_body_part_may_also_be_a_word_of_a_phrase(load):
    lexicon = load(CONTENT)
    finder = ConditionFinder(lexicon)
    read = Reader(lexicon.vocabulary()).read
    assert said(finder.find(read("my neck"))) == [("neck pain", True)]
    assert said(finder.find(read("my stiff neck"))) == [("neck pain", False)]


@pytest.mark.parametrize("topic", LISTED)
def test_a_listed_complaint_is_found_by_its_own_name(mentions, topic):
    name = LISTED[topic]["name"]
    (mention,) = mentions(f"can you help with {name} please")
    assert (mention.condition, mention.is_part) == (Condition(topic, name), False)


def test_every_phrase_is_found_whole_and_as_its_own_complaint(lexicon, mentions):
    wrong = []
    for table, is_part in ((lexicon.phrases, False), (lexicon.parts, True)):
        for phrase, condition in table.items():
            found = mentions(phrase)
            if [(*mention,) for mention in found] != [(condition, 0, len(clean(phrase)), is_part)]:
                wrong.append((phrase, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("I have sciatica", [("sciatica", False)], id="a name"),
        pytest.param("I HAVE SCIATICA", [("sciatica", False)], id="capitals"),
        pytest.param("does tennis elbow get better", [("tennis elbow", False)], id="a name with a part in it"),
        pytest.param("a rotator cuff tear", [("a torn rotator cuff", False)], id="the longer phrase"),
        pytest.param("my rotator cuff", [("shoulder pain", False)], id="the shorter phrase alone"),
        pytest.param("upper back pain", [("upper back pain", False)], id="longer by a word before"),
        pytest.param("my lower back", [("low back pain", True)], id="the longer part"),
        pytest.param("my neck and shoulders", [("neck pain", True), ("shoulder pain", True)], id="two parts"),
        pytest.param("sciatica and a stiff neck", [("sciatica", False), ("neck pain", False)], id="two names, in their order"),
        pytest.param("can't turn my head", [("neck pain", False)], id="apostrophe"),
        pytest.param("can\u2019t turn my head", [("neck pain", False)], id="curly apostrophe"),
        pytest.param("cant turn my head", [("neck pain", False)], id="no apostrophe"),
        pytest.param("siatica", [("sciatica", False)], id="a misspelling of the lexicon"),
        pytest.param("plantar fascitus", [("plantar fasciitis", False)], id="a slip in a name"),
        pytest.param("fibromyalgiia", [("fibromyalgia", False)], id="a slip in an unlisted name"),
        pytest.param("tennnis elbow", [("tennis elbow", False)], id="a slip in an ordinary word"),
        pytest.param("do you do gift cards", [], id="no complaint"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_complaints_are_found_in_lay_words(mentions, message, expected):
    assert said(mentions(message)) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("heel hurts, it's not sciatica", ["plantar fasciitis"], id="denied after another"),
        pytest.param("not sciatica but a stiff neck", ["neck pain"], id="denied before another"),
        pytest.param("it's for my shoulder, not my neck", ["shoulder pain"], id="a part"),
        pytest.param("for my shoulder not for neck pain", ["shoulder pain"], id="a name after a part"),
        pytest.param("it isn't my neck, it's my shoulder", ["shoulder pain"], id="a short form"),
        pytest.param("isnt the neck, its my shoulder", ["shoulder pain"], id="a short form without apostrophe"),
        pytest.param("not neck, not shoulder, sciatica", ["sciatica"], id="two of three"),
        pytest.param("not my neck", ["neck pain"], id="nothing else is named"),
        pytest.param("not sciatica and not my neck", ["sciatica", "neck pain"], id="all are denied"),
        pytest.param("not only my neck but my shoulder", ["neck pain", "shoulder pain"], id="not only"),
        pytest.param("can i not come for my neck and my shoulder", ["neck pain", "shoulder pain"], id="not of a verb"),
        pytest.param("it's not just neck pain but my shoulder", ["neck pain", "shoulder pain"], id="not just"),
        pytest.param("neck or shoulder", ["neck pain", "shoulder pain"], id="at the beginning"),
    ],
)
def test_a_denied_complaint_is_not_mentioned_where_another_is(mentions, message, expected):
    assert [mention.condition.name for mention in mentions(message)] == expected


def test_a_mention_has_its_place_in_the_text(mentions):
    message = "is it good for plantar fasciitis or my neck"
    assert [message[mention.start : mention.end] for mention in mentions(message)] == ["plantar fasciitis", "neck"]
