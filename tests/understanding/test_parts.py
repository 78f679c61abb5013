"""Taking apart messages that ask several questions; whole sentences go through the real reader, decisions are made up."""

from __future__ import annotations

import pytest

from assistant.understanding.decision import Decision
from assistant.understanding.parts import split
from assistant.understanding.text import Reader

READER = Reader([])
# What each word says a text is about, and how surely; the first word found in a text decides.
TOPICS = {
    "cost": "faq/price",
    "price": "faq/price",
    "hurt": "faq/pain_during",
    "sore": "faq/soreness_duration",
    "neck": "faq/neck_pain",
    "shoulder": "faq/shoulder_pain",
    "hello": "smalltalk/greet",
    "pizza": "out_of_scope",
    "sessions": "faq/number_of_sessions",
    "minutes": "faq/session_length",
    "needles": "faq/session_steps",
}


def decide_one(text, confidence=0.95):
    label = next((label for word, label in TOPICS.items() if word in text), "unsure")
    sure = confidence if label != "unsure" else 0.2
    return Decision(label.partition("/")[0], label, sure, 0.0)


def parts(text, whole=0.95):
    doc = READER.read(text)
    return [
        part.decision.label for part in split(doc, decide_one(doc.text, whole), lambda spans: [decide_one(span.text) for span in spans])
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it hurt? what does it cost?", ["faq/pain_during", "faq/price"]),
        ("does it hurt and what does it cost", ["faq/pain_during", "faq/price"]),
        ("does it hurt, how long am i sore, also the price", ["faq/pain_during", "faq/soreness_duration", "faq/price"]),
        ("hello, does it hurt and what does it cost", ["faq/pain_during", "faq/price"]),
        ("does it hurt and can you recommend a pizza place", ["faq/pain_during", "out_of_scope"]),
        ("will it hurt a lot or just a little what will it cost me", ["faq/pain_during", "faq/price"]),
    ],
)
def test_several_questions_are_taken_apart_in_order(text, expected):
    assert parts(text, whole=0.6) == expected


@pytest.mark.parametrize(
    "text",
    [
        "does it hurt",
        "hello, does it hurt",
        "does it help my neck and my shoulder",
        "my neck is killing me. does it help my shoulder too?",
        "does it hurt, is that normal",
        "how many minutes do the needles stay in",
        "does it hurt and does it hurt a lot",
        "",
        "?!",
        "and and and",
    ],
)
def test_one_question_stays_whole(text):
    assert len(parts(text)) == 1


def test_clearly_separate_questions_are_two_however_certain_the_whole_seems():
    assert len(parts("does it hurt? what does it cost?", whole=1.0)) == 2


def test_where_no_cut_could_help_nothing_is_decided():
    def never(spans):
        raise AssertionError(f"asked about {spans}")

    doc = READER.read("how many sessions will i need")
    assert len(split(doc, decide_one(doc.text), never)) == 1


def test_a_message_of_very_many_questions_is_soon_done():
    asked = []

    def decide(spans):
        asked.extend(spans)
        return [decide_one(span.text) for span in spans]

    doc = READER.read("does it hurt? what does it cost? " * 100)
    split(doc, decide_one(doc.text), decide)
    assert len(asked) < 40
