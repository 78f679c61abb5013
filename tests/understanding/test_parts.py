"""Taking apart messages that ask several questions; whole sentences go through the real reader, decisions are made up."""

from __future__ import annotations

from math import comb, isfinite

import pytest

from assistant.understanding.decision import Decision
from assistant.understanding.parts import MOST_CUTS, Part, find_cuts, split, weight
from assistant.understanding.text import Reader

READER = Reader([])
# What each word says a text is about; the first word found in a text decides.
TOPICS = {
    "cost": "faq/price",
    "price": "faq/price",
    "hurt": "faq/pain_during",
    "sore": "faq/soreness_duration",
    "neck": "faq/neck_pain",
    "shoulder": "faq/shoulder_pain",
    "open": "open_now",
    "hello": "smalltalk/greet",
    "bye": "smalltalk/goodbye",
    "pizza": "out_of_scope",
    "minutes": "faq/session_length",
    "needles": "faq/session_steps",
}


def decided(label, confidence):
    return Decision(label.partition("/")[0], label, confidence, 0.0)


def ask(text, confidence):
    """Decides alike whatever was asked before."""
    label = next((label for word, label in TOPICS.items() if word in text), "unsure")
    return lambda before: decided(label, confidence if label != "unsure" else 0.2)


def taken_apart(text, whole=0.5, pieces=0.99):
    """The parts, where the whole message and its pieces are decided on so surely."""
    doc = READER.read(text)
    return split(doc, ask(doc.text, whole), lambda spans: [ask(span.text, pieces) for span in spans])


def labels(*args, **kwargs):
    return [part.decision.label for part in taken_apart(*args, **kwargs)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it hurt? what does it cost?", ["faq/pain_during", "faq/price"]),
        ("what does it cost? does it hurt?", ["faq/price", "faq/pain_during"]),
        ("does it hurt and what does it cost", ["faq/pain_during", "faq/price"]),
        ("does it hurt what does it cost", ["faq/pain_during", "faq/price"]),
        ("does it hurt can you tell me the cost", ["faq/pain_during", "faq/price"]),
        ("does it hurt, how long am i sore, also what does it cost", ["faq/pain_during", "faq/soreness_duration", "faq/price"]),
        ("does it hurt? what does it cost? does it hurt?", ["faq/pain_during", "faq/price", "faq/pain_during"]),
        ("does it hurt and can you recommend a pizza place", ["faq/pain_during", "out_of_scope"]),
        ("does it hurt and are you open", ["faq/pain_during", "open_now"]),
        ("will it hurt a lot or just a little what will it cost me", ["faq/pain_during", "faq/price"]),
        ("1 does it hurt 2 what does it cost", ["faq/pain_during", "faq/price"]),
        ("price needles minutes", ["faq/price", "faq/session_steps", "faq/session_length"]),
        ("price how many minutes", ["faq/price", "faq/session_length"]),
    ],
)
def test_several_questions_are_taken_apart_in_order(text, expected):
    assert labels(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it hurt? and also, what does it cost??", ["does it hurt", "what does it cost"]),
        ("hello! is it okay if it hurts?", ["is it okay if it hurts"]),
    ],
)
def test_a_part_is_without_greetings_joining_words_and_marks(text, expected):
    assert [part.span.text for part in taken_apart(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("does it hurt and does it hurt a lot", id="the same topic"),
        pytest.param("does it help my neck and does it help my shoulder", id="two complaints"),
        pytest.param("my neck is killing me. does it help my shoulder too?", id="a complaint and a question about another"),
        pytest.param("does it hurt and is it all fine", id="a piece that nothing is sure of"),
    ],
)
def test_pieces_that_cannot_be_neighbours_or_stand_alone_stay_together(text):
    (part,) = taken_apart(text)
    assert part.decision.confidence == 0.5


@pytest.mark.parametrize(
    "text", ["does it hurt and what does it cost", "does it hurt? what does it cost?", "how many minutes do the needles stay in"]
)
def test_a_whole_that_is_far_surer_than_its_pieces_stays_whole(text):
    (part,) = taken_apart(text, whole=0.99, pieces=0.4)
    assert part.decision.confidence == 0.99


def test_clearly_separate_questions_are_two_however_certain_the_whole_seems():
    assert len(taken_apart("does it hurt? what does it cost?", whole=1.0, pieces=1.0)) == 2


@pytest.mark.parametrize("text", ["hello? are you well, bye", "hello and bye", "hello"])
def test_a_message_of_pleasantries_alone_stays_whole(text):
    (part,) = taken_apart(text)
    assert (part.span.text, part.decision.label) == (text, "smalltalk/greet")


@pytest.mark.parametrize(
    "text", ["does it hurt me", "tell me how it hurts", "hello 4", "2 sessions 300", "", "?!", "and and and", "and does it hurt?!"]
)
def test_where_nothing_can_be_cut_nothing_is_decided_but_the_whole(text):
    def never(spans):
        raise AssertionError(f"asked about {spans}")

    doc = READER.read(text)
    (part,) = split(doc, ask(text, 0.95), never)
    assert part.span.text == doc.text


def test_a_message_of_very_many_questions_is_soon_done():
    asked = []

    def prepare(spans):
        asked.extend(spans)
        return [ask(span.text, 0.99) for span in spans]

    doc = READER.read("does it hurt? what does it cost? " * 100)
    assert len(split(doc, ask(doc.text, 0.5), prepare)) > 2
    assert len(asked) <= comb(MOST_CUTS + 2, 2)


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        pytest.param("does it hurt", "booking", ["hurt after booking"], id="one part"),
        pytest.param("does it hurt", None, ["hurt after None"], id="nothing before"),
        pytest.param("does it hurt and what does it cost", "booking", ["hurt after booking", "cost after hurt"], id="two parts"),
        pytest.param(
            "does it hurt and what does it cost and will i be sore",
            None,
            ["hurt after None", "cost after hurt", "sore after cost"],
            id="three parts",
        ),
        pytest.param("any pizza and does it hurt", "booking", ["pizza after booking", "hurt after booking"], id="after what was declined"),
    ],
)
def test_each_part_is_decided_knowing_the_topic_asked_before_it(text, after, expected):
    seen = {}

    def ask_after(text, confidence):
        word = next(word for word in ("pizza", "hurt", "cost", "sore") if word in text)
        intent, label = ("out_of_scope", "out_of_scope") if word == "pizza" else ("faq", f"faq/{word}")

        def decision(before):
            made = Decision(intent, label, confidence, 0.0)
            seen[id(made)] = (f"{word} after {before}", made)
            return made

        return decision

    doc = READER.read(text)
    parts = split(doc, ask_after(text, 0.5), lambda spans: [ask_after(span.text, 0.99) for span in spans], after)
    assert [seen[id(part.decision)][0] for part in parts] == expected


def test_a_stretch_of_a_message_is_taken_apart_within_its_bounds():
    doc = READER.read("what does it cost? does it hurt? are you open? any pizza?")
    stretch = doc[5:-3]
    parts = split(stretch, ask(stretch.text, 0.5), lambda spans: [ask(span.text, 0.99) for span in spans])
    assert [part.span.text for part in parts] == ["does it hurt", "are you open"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it hurts. it costs", [("it", "sentence")]),
        ("it hurts! it costs", [("it", "sentence")]),
        ("it hurts; it costs", [("it", "sentence")]),
        ("it hurts? and what then", [("and", "sentence")]),
        ("it hurts and what does it cost", [("and", "joined question")]),
        ("it hurts and also, can i pay", [("and", "joined question")]),
        ("it hurts and my neck", [("and", "joined")]),
        ("it hurts, what does it cost", [("what", "question after comma")]),
        ("it hurts, my neck", [("my", "comma")]),
        ("it hurts what does it cost", [("what", "question word")]),
        ("it hurts can i pay", [("can", "question verb")]),
        ("it hurts can opener", []),
        ("it hurts or not", [("or", "or")]),
        ("it hurts 2 what then", [("2", "joined question")]),
        ("it hurts 2 times", []),
        ("tell me what it costs", []),
        ("i want to know how it works", []),
        ("is that why it hurts", []),
        ("what is it", []),
        ("and so, what then", [("what", "question after comma")]),
        ("it hurts, and", []),
        ("it hurts.", []),
        ("?! it hurts", []),
    ],
)
def test_the_places_where_a_part_may_begin(text, expected):
    doc = READER.read(text)
    assert [(doc[cut.position].text, cut.kind) for cut in find_cuts(doc)] == expected


def test_of_too_many_places_the_likeliest_are_kept_in_order():
    # Commas stand between the lists, and joined questions behind them.
    doc = READER.read("a, b, c, d, e, f, g, h, i, j, k, l " + "and how is it " * MOST_CUTS)
    cuts = find_cuts(doc)
    assert [cut.kind for cut in cuts] == ["joined question"] * MOST_CUTS
    assert cuts == sorted(cuts)


def weight_of(text, words=None, confidence=0.9, label="faq/price"):
    """The weight of the first words of a text, or of all of it."""
    return weight(Part(READER.read(text)[:words], decided(label, confidence)))


@pytest.mark.parametrize(
    ("heavy", "light"),
    [
        pytest.param(weight_of("what does it cost"), weight_of("what does it cost", confidence=0.5), id="the surer"),
        pytest.param(weight_of("what does it cost me"), weight_of("my whole cost of it"), id="a question before a statement"),
        pytest.param(weight_of("my whole cost of it?", 5), weight_of("my whole cost of it.", 5), id="a question mark makes a question"),
        pytest.param(weight_of("how expensive really"), weight_of("how expensive"), id="three words before two"),
        pytest.param(weight_of("what does it cost"), weight_of("what does that cost"), id="one that does not point back"),
        pytest.param(weight_of("what does it cost"), weight_of("what does it cost", label="out_of_scope"), id="an answer before a refusal"),
    ],
)
def test_what_weighs_more(heavy, light):
    assert heavy > light


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_no_certainty_weighs_without_end(confidence):
    assert isfinite(weight_of("what does it cost", confidence=confidence))
