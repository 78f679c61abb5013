"""A conversation as its owner sees it again or has it deleted, in the stores that can delete."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.channels.conversation import forget, history, replies_to
from assistant.content.reply import Reply

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


@pytest.fixture(params=["in memory", "in SQL", "in SQL, wrapped by Rasa"])
def store(request, tmp_path):
    if request.param == "in memory":
        yield InMemoryTrackerStore(Domain.empty())
        return
    kept = SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "conversations.db"))
    yield FailSafeTrackerStore(kept) if "wrapped" in request.param else kept
    kept.engine.dispose()


def kept_by(store, *trackers):
    for tracker in trackers:
        asyncio.run(store.save(tracker))
    return [asyncio.run(store.retrieve(tracker.sender_id)) for tracker in trackers]


def test_history_is_each_message_with_the_replies_in_the_contracts_fields(store):
    (tracker,) = kept_by(store, said())
    assert history(tracker) == [
        {"id": "message-1", "time": "2023-11-15T09:00:02Z", "message": "does it hurt", "replies": [PAIN]},
        {"id": "message-2", "time": "2023-11-15T09:00:05Z", "message": "bye", "replies": [PAIN, BYE]},
        {"id": "message-3", "time": "2023-11-15T09:00:07Z", "message": "hello?", "replies": []},
    ]


def test_a_message_that_came_before_gets_the_replies_it_got(store):
    (tracker,) = kept_by(store, said())
    assert replies_to(tracker, "message-1") == [PAIN]
    assert replies_to(tracker, "message-2") == [PAIN, BYE]
    assert replies_to(tracker, "message-4") is None


def test_a_conversation_that_never_was_has_no_history():
    assert history(None) == []
    assert replies_to(None, "message-1") is None


def test_what_the_bot_said_before_any_message_belongs_to_no_turn():
    assert history(DialogueStateTracker.from_events("somebody", [BotUttered("Welcome.")])) == []


def test_forgetting_deletes_one_conversation_and_no_other(store):
    kept_by(store, said("somebody"), said("somebody-else"), said("some_ody"))
    asyncio.run(forget(store, "somebody"))
    assert set(asyncio.run(store.keys())) == {"somebody-else", "some_ody"}
    assert history(asyncio.run(store.retrieve_full_tracker("somebody"))) == []
    assert len(history(asyncio.run(store.retrieve("somebody-else")))) == 3


def test_forgetting_what_is_not_there_is_no_error(store):
    asyncio.run(forget(store, "nobody"))


class Elsewhere(TrackerStore):
    """A store of another kind."""

    def __init__(self):
        pass


@pytest.mark.parametrize("store", [Elsewhere(), SimpleNamespace(_tracker_store=Elsewhere())], ids=["bare", "wrapped"])
def test_a_store_that_cannot_delete_says_so(store):
    with pytest.raises(TypeError, match="Elsewhere"):
        asyncio.run(forget(store, "somebody"))
