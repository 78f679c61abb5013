from __future__ import annotations

import pytest

from assistant.content.reply import Reply, contract_of

EMPTY = {"text": "", "kind": "answer", "topics": [], "sources": [], "reviewed": "", "buttons": []}
FULL = {
    "text": "A first visit costs £1.",
    "kind": "handoff",
    "topics": ["price"],
    "sources": [{"id": "CLINIC", "title": "The profile"}],
    "reviewed": "2026-11-22",
    "buttons": [{"title": "Why?", "payload": "Why?", "topic": "what_is"}],
}


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        pytest.param(FULL, FULL, id="all fields"),
        pytest.param({}, EMPTY, id="no field"),
        pytest.param(dict.fromkeys(FULL), EMPTY, id="every field empty"),
        pytest.param({"text": "Hello."}, {**EMPTY, "text": "Hello."}, id="text alone"),
        pytest.param({**FULL, "recipient_id": "someone", "image": None, "custom": {"a": 1}}, FULL, id="fields of others"),
        pytest.param({**FULL, "topics": ("price",)}, FULL, id="a tuple for a list"),
    ],
)
def test_a_message_is_brought_to_the_fields_of_the_contract(message, reply):
    assert contract_of(message) == reply


def test_a_reply_has_all_fields_and_no_other():
    assert set(contract_of({})) == set(Reply.__annotations__)


def test_a_reply_does_not_share_its_lists_with_the_message():
    message = {"topics": ["price"]}
    contract_of(message)["topics"].append("booking")
    assert message == {"topics": ["price"]}
