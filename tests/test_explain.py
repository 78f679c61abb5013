"""Why the assistant answered as it did: what was kept of the last message, and how it is written out."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.explain import as_text, understood

TEXT = "what does it cost and does it hurt my neck"
PRICE = {
    "start": 0,
    "end": 17,
    "label": "faq/price",
    "why": "the best, 0.90, reaches 'floor' 0.28",
    "in_context": False,
    "outside": 0.01,
    "ranking": [["faq/price", 0.9], ["faq/payment", 0.05]],
}
PAIN = {
    "start": 22,
    "end": 42,
    "label": "faq/pain_during",
    "why": "the best, 0.50, reaches 'floor' 0.28",
    "in_context": True,
    "outside": 0.2,
    "ranking": [["faq/pain_during", 0.5]],
}


def said(text, *read, conditions=(), red_flags=()):
    entities = [{"entity": "condition", "start": 0, "end": 1, "value": value} for value in conditions]
    return UserUttered(text, parse_data={"entities": entities, "understanding": {"read": list(read), "red_flags": list(red_flags)}})


def explained(*events, conversation="one"):
    """What is told of a conversation of these events."""

    async def retrieve(wanted):
        return DialogueStateTracker.from_events("one", list(events)) if wanted == "one" else None

    return asyncio.run(understood(SimpleNamespace(tracker_store=SimpleNamespace(retrieve=retrieve)), conversation))


def without_place(part):
    return {name: value for name, value in part.items() if name not in ("start", "end")}


def test_each_part_is_told_with_its_text():
    explanation = explained(said(TEXT, PRICE, PAIN, conditions=["neck pain"]), BotUttered("an answer"))
    assert explanation == {
        "parts": [
            {"text": "what does it cost", **without_place(PRICE)},
            {"text": "does it hurt my neck", **without_place(PAIN)},
        ],
        "conditions": ["neck pain"],
        "red_flags": [],
    }


def test_the_last_message_is_told():
    explanation = explained(said(TEXT, PRICE), said("my lips look blue", red_flags=["RF1"]))
    assert explanation == {"parts": [], "conditions": [], "red_flags": ["RF1"]}


@pytest.mark.parametrize("conversation", ["one", "another"], ids=["no message yet", "no such conversation"])
def test_where_nothing_was_said_there_is_nothing_to_tell(conversation):
    explanation = explained(conversation=conversation)
    assert explanation == {"parts": [], "conditions": [], "red_flags": []}
    assert as_text(explanation) == ""


def test_an_explanation_names_text_label_reason_complaints_and_signs():
    lines = as_text(explained(said(TEXT, PRICE, PAIN, conditions=["neck pain", "sciatica"], red_flags=["RF1", "RF2"]))).splitlines()
    assert lines == [
        "  | \"what does it cost\": faq/price, because the best, 0.90, reaches 'floor' 0.28",
        "  |     faq/price 0.90, faq/payment 0.05; outside 0.01",
        "  | \"does it hurt my neck\": faq/pain_during, because the best, 0.50, reaches 'floor' 0.28, from the topic before",
        "  |     faq/pain_during 0.50; outside 0.20",
        "  | complaints: neck pain, sciatica",
        "  | signs: RF1, RF2",
    ]


def test_what_there_is_nothing_of_is_not_named():
    text = as_text(explained(said("/restart", {**PRICE, "start": 0, "end": 8, "ranking": []})))
    assert text.splitlines()[1:] == ["  |     outside 0.01"]
