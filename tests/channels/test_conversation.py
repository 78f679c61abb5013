"""A conversation as its owner sees it again or has it deleted, in the stores that can delete."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.bot import IN_MEMORY
from assistant.channels.conversation import history, replies_to
from assistant.components.tracker_store import ConversationStore
from assistant.content.reply import Reply
from assistant.storage.database import Database

PAIN = Reply(
    text="It may hurt.",
    kind="answer",
    topics=["pain_during"],
    sources=[{"id": "S1", "title": "A trial"}],
    reviewed="2026-11-22",
    buttons=[{"title": "How long?", "payload": "How long?", "topic": "soreness_duration"}],
)
BYE = Reply(text="Goodbye.", kind="smalltalk", topics=[], sources=[], reviewed="", buttons=[])


NINE = 1_700_038_800  # at nine, 2023-11-15, in UTC


def uttered(reply, **more):
    """As Rasa keeps a reply: its text and buttons in places of their own."""
    rest = {key: value for key, value in reply.items() if key not in ("text", "buttons")}
    return BotUttered(reply["text"], {"buttons": reply["buttons"]} if reply["buttons"] else {}, {**rest, **more})


def said(name="somebody"):
    events = [
        SessionStarted(),
        ActionExecuted("action_listen"),
        UserUttered("does it hurt", message_id="message-1"),
        uttered(PAIN),
        ActionExecuted("action_listen"),
        UserUttered("bye", message_id="message-2"),
        uttered({**PAIN, "text": "It may hurt.\n\nGoodbye."}, parts=[PAIN, BYE]),
        UserUttered("hello?", message_id="message-3"),
    ]
    for second, event in enumerate(events):
        event.timestamp = NINE + second + 0.5
    return DialogueStateTracker.from_events(name, events)


@pytest.fixture
def store():
    return ConversationStore(Domain.empty(), store=Database(IN_MEMORY))


def kept_by(store, *trackers):
    for tracker in trackers:
        asyncio.run(store.save(tracker))
    return [asyncio.run(store.retrieve_full_tracker(tracker.sender_id)) for tracker in trackers]


def test_history_is_each_message_with_the_replies_in_the_contracts_fields(store):
    (tracker,) = kept_by(store, said())
    assert history(tracker) == [
        {"id": "message-1", "time": "2023-11-15T09:00:02Z", "message": "does it hurt", "replies": [PAIN]},
        {"id": "message-2", "time": "2023-11-15T09:00:05Z", "message": "bye", "replies": [PAIN, BYE]},
        {"id": "message-3", "time": "2023-11-15T09:00:07Z", "message": "hello?", "replies": []},
    ]


def test_a_message_that_came_before_gets_the_replies_it_got(store):
    kept_by(store, said())

    def again(message, conversation="somebody"):
        return asyncio.run(replies_to(store, conversation, message))

    assert again("message-1") == [PAIN]
    assert again("message-2") == [PAIN, BYE]
    assert again("message-4") is None
    assert again("message-1", "somebody-else") is None


def test_a_conversation_that_never_was_has_no_history():
    assert history(None) == []


def test_what_the_bot_said_before_any_message_belongs_to_no_turn():
    assert history(DialogueStateTracker.from_events("somebody", [BotUttered("Welcome.")])) == []


def test_forgetting_deletes_one_conversation_and_no_other(store):
    kept_by(store, said("somebody"), said("somebody-else"), said("some_ody"))
    assert sum(store.forget("somebody").events.values()) == 8
    assert set(asyncio.run(store.keys())) == {"somebody-else", "some_ody"}
    assert history(asyncio.run(store.retrieve_full_tracker("somebody"))) == []
    assert len(history(asyncio.run(store.retrieve("somebody-else")))) == 3


def test_forgetting_what_is_not_there_is_no_error(store):
    assert store.forget("nobody").events == {}
