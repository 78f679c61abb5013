"""Conversations in the database: as they were, as far back as a turn looks, and not lost while it is down."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered

from assistant.components import tracker_store
from assistant.components.tracker_store import ConversationStore
from assistant.storage.database import Database, StorageDownError
from tests.servers import postgresql

NAME = "somebody"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'assistant.db'}"
        return
    yield postgresql()
    ConversationStore(Domain.empty(), store=Database(postgresql())).forget(NAME)


@pytest.fixture
def store(address):
    return ConversationStore(Domain.empty(), store=Database(address))


def say(store, text, name=NAME):
    """One turn, as Rasa's processor does it: read, add, save."""

    async def turn():
        tracker = await store.get_or_create_tracker(name, append_action_listen=False)
        if not tracker.events:
            tracker.update(SessionStarted())
        for event in (ActionExecuted("action_listen"), UserUttered(text, message_id=f"id of {text}"), BotUttered(f"reply to {text}")):
            tracker.update(event)
        await store.save(tracker)

    asyncio.run(turn())


def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def read(store, name=NAME):
    return asyncio.run(store.retrieve(name))


def whole(store, name=NAME):
    return asyncio.run(store.retrieve_full_tracker(name))


def test_a_conversation_is_read_as_it_was_said(store):
    say(store, "one")
    say(store, "two")
    events = [event.as_dict() for event in read(store).events]
    assert texts(read(store)) == ["one", "two"]
    assert events == [event.as_dict() for event in whole(store).events]
    assert len(events) == 7


def test_what_is_saved_again_is_written_once(store):
    say(store, "one")
    tracker = read(store)
    asyncio.run(store.save(tracker))
    asyncio.run(store.save(tracker.copy()))
    assert texts(whole(store)) == ["one"]


def test_a_turn_looks_back_so_far_and_history_all_the_way(store):
    for number in range(60):
        say(store, str(number))
    events = list(read(store).events)
    assert len(events) <= tracker_store.REACH
    assert isinstance(events[0], ActionExecuted)
    assert texts(read(store))[-1] == "59"
    assert texts(whole(store)) == [str(number) for number in range(60)]


def test_what_another_server_said_meanwhile_is_seen(store, address):
    other = ConversationStore(Domain.empty(), store=Database(address))
    say(store, "here")
    say(other, "there")
    say(store, "here again")
    say(other, "there again")
    assert texts(read(store)) == texts(read(other)) == texts(whole(store)) == ["here", "there", "here again", "there again"]


def test_what_another_server_forgot_is_forgotten_here(store, address):
    say(store, "one")
    ConversationStore(Domain.empty(), store=Database(address)).forget(NAME)
    assert read(store) is None
    say(store, "two")
    assert texts(read(store)) == ["two"]


def test_a_message_that_came_is_found_by_its_id_however_long_ago(store):
    for number in range(60):
        say(store, str(number))
    found = asyncio.run(store.retrieve_from(NAME, "id of 0"))
    assert texts(found)[0] == "0"
    assert asyncio.run(store.retrieve_from(NAME, "id of 60")) is None


@pytest.fixture
def cut(store, monkeypatch):
    """Lets the database stop answering and come back."""
    opened = store.database._transaction

    @contextmanager
    def down(*_):
        raise StorageDownError("it does not answer")
        yield

    return lambda is_down: monkeypatch.setattr(store.database, "_transaction", down if is_down else opened)


def test_while_the_database_is_down_conversations_go_on_and_then_nothing_is_lost_or_doubled(store, cut, address):
    say(store, "before")
    cut(True)
    say(store, "meanwhile")
    say(store, "meanwhile too")
    say(store, "somebody new", "another")
    assert texts(read(store)) == texts(whole(store)) == ["before", "meanwhile", "meanwhile too"]
    assert texts(asyncio.run(store.retrieve_from(NAME, "id of meanwhile"))) == ["meanwhile", "meanwhile too"]
    cut(False)
    say(store, "after")
    elsewhere = ConversationStore(Domain.empty(), store=Database(address))
    assert texts(whole(elsewhere)) == texts(read(store)) == ["before", "meanwhile", "meanwhile too", "after"]
    assert texts(whole(elsewhere, "another")) == ["somebody new"]
    store.forget("another")


def test_nothing_is_forgotten_by_halves_while_the_database_is_down(store, cut):
    say(store, "one")
    cut(True)
    with pytest.raises(StorageDownError):
        store.forget(NAME)
    cut(False)
    assert texts(read(store)) == ["one"]


def test_memory_is_bounded(store, monkeypatch):
    monkeypatch.setattr(tracker_store, "MOST_KEPT", 3)
    for number in range(6):
        say(store, "hello", f"number {number}")
    assert len(store._recent) == 3
    assert texts(read(store, "number 0")) == ["hello"]
    for number in range(6):
        store.forget(f"number {number}")
