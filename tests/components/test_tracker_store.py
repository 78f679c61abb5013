"""Conversations in the database: as they were, as far back as a turn looks, and not lost while it is down."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from sqlalchemy import select

from assistant.components import tracker_store
from assistant.components.tracker_store import ConversationStore, revived
from assistant.storage import conversations
from assistant.storage.conversations import NOTHING, Glance
from assistant.storage.database import Database, StorageDownError
from assistant.storage.schema import EVENTS
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


def test_after_another_servers_turn_only_that_is_read(store, address, monkeypatch):
    other = ConversationStore(Domain.empty(), store=Database(address))
    for number in range(4):
        say(store, str(number))
    say(other, "there")
    revive, brought_back = tracker_store.revived, []
    monkeypatch.setattr(tracker_store, "revived", lambda events: revive(brought_back.append(len(events)) or events))
    assert texts(read(store)) == ["0", "1", "2", "3", "there"]
    assert brought_back == [3]


def test_what_was_forgotten_and_begun_anew_elsewhere_is_read_anew(store, address):
    other = ConversationStore(Domain.empty(), store=Database(address))
    say(store, "one")
    other.forget(NAME)
    say(other, "two")
    assert texts(read(store)) == ["two"]


def test_events_are_brought_back_as_rasa_does():
    events = [
        SessionStarted(),
        ActionExecuted("action_listen"),
        UserUttered("hello", {"name": "faq", "confidence": 0.5}, [{"entity": "condition", "value": "neck pain"}], message_id="an id"),
        BotUttered("hello", {"buttons": [{"title": "Price", "payload": "Price"}]}, {"kind": "answer"}),
        SlotSet("call_back_name", "[name]"),
        ActiveLoop("call_back_form"),
        ActionExecutionRejected("call_back_form"),
        DefinePrevUserUtteredFeaturization(False),
        FollowupAction("action_listen"),
        LoopInterrupted(True),
        Restarted(),
    ]
    described = [event.as_dict() for event in events]
    assert revived(described) == deserialise_events(described) == events
    assert [type(event) for event in revived(described)] == [type(event) for event in events]


def test_one_glance_tells_what_is_asked_before_an_answer(store):
    assert store.glance(NAME, "id of one") == Glance(barred=False, came=False, last=NOTHING)
    say(store, "one")
    seen = store.glance(NAME, "id of one")
    assert (seen.barred, seen.came, seen.last) == (False, True, conversations.last(store.database, NAME))
    assert not store.glance(NAME, "id of two").came
    conversations.bar(store.database, NAME, time.time() + 60)
    assert store.glance(NAME, "id of two").barred
    conversations.bar(store.database, NAME, 0)


def test_a_turn_after_a_glance_does_not_ask_again(store, monkeypatch):
    say(store, "one")

    async def turn():
        store.glance(NAME, "id of two")
        monkeypatch.setattr(store.database, "_transaction", None)  # asking again would fail
        return await store.retrieve(NAME)

    assert texts(asyncio.run(turn())) == ["one"]


def test_a_glance_before_another_server_wrote_misleads_nobody_who_did_not_take_it(store, address):
    say(store, "one")

    async def glance():
        store.glance(NAME, "id of two")

    asyncio.run(glance())
    say(ConversationStore(Domain.empty(), store=Database(address)), "two")
    assert texts(read(store)) == ["one", "two"]


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


def test_a_glance_that_could_not_be_taken_leaves_none_from_before(store, cut, address):
    say(store, "one")

    async def two_messages_of_one_connection():
        store.glance(NAME, "id of two")
        cut(True)
        store.glance(NAME, "id of three")
        cut(False)
        await asyncio.to_thread(say, ConversationStore(Domain.empty(), store=Database(address)), "there")
        return await store.retrieve(NAME)

    assert texts(asyncio.run(two_messages_of_one_connection())) == ["one", "there"]


def test_while_the_database_is_down_conversations_go_on_and_then_nothing_is_lost_or_doubled(store, cut, address):
    say(store, "before")
    cut(True)
    say(store, "meanwhile")
    say(store, "meanwhile too")
    say(store, "somebody new", "another")
    assert texts(read(store)) == texts(whole(store)) == ["before", "meanwhile", "meanwhile too"]
    assert texts(asyncio.run(store.retrieve_from(NAME, "id of meanwhile"))) == ["meanwhile", "meanwhile too"]
    assert [store.glance(NAME, f"id of {text}").came for text in ("meanwhile", "never")] == [True, False]
    cut(False)
    say(store, "after")
    elsewhere = ConversationStore(Domain.empty(), store=Database(address))
    assert texts(whole(elsewhere)) == texts(read(store)) == ["before", "meanwhile", "meanwhile too", "after"]
    assert texts(whole(elsewhere, "another")) == ["somebody new"]
    store.forget("another")


def test_what_was_said_while_the_database_is_down_is_stored_once_though_memory_had_no_room_for_it(store, cut):
    cut(True)
    say(store, "meanwhile")
    store.read_again()
    say(store, "meanwhile too")
    assert texts(read(store)) == ["meanwhile", "meanwhile too"]
    cut(False)
    say(store, "after")
    assert texts(whole(store)) == ["meanwhile", "meanwhile too", "after"]


def test_nothing_is_forgotten_by_halves_while_the_database_is_down(store, cut):
    say(store, "one")
    cut(True)
    with pytest.raises(StorageDownError):
        store.forget(NAME)
    cut(False)
    assert texts(read(store)) == ["one"]


@pytest.fixture
def fill(store, monkeypatch):
    """Lets the disk of the database be full, and have room again."""
    written = store.database.begin

    @contextmanager
    def full(*_, **__):
        raise StorageDownError("database or disk is full")
        yield

    return lambda is_full: monkeypatch.setattr(store.database, "begin", full if is_full else written)


def test_while_the_disk_is_full_what_is_stored_is_read_with_what_was_said_since(store, fill, address):
    say(store, "before")
    store.read_again()
    fill(True)
    say(store, "meanwhile")
    store.read_again()
    assert texts(read(store)) == texts(whole(store)) == ["before", "meanwhile"]
    assert texts(asyncio.run(store.retrieve_from(NAME, "id of before"))) == ["before", "meanwhile"]
    assert texts(asyncio.run(store.retrieve_from(NAME, "id of meanwhile"))) == ["meanwhile"]
    for number in range(30):  # more than a turn looks back
        say(store, str(number))
    assert texts(read(store))[-1] == "29"
    fill(False)
    say(store, "after")
    elsewhere = ConversationStore(Domain.empty(), store=Database(address))
    assert texts(whole(elsewhere)) == texts(whole(store)) == ["before", "meanwhile", *map(str, range(30)), "after"]


def test_what_waits_for_room_is_tried_and_written_a_little_at_a_time(store, fill, monkeypatch):
    appended = []
    append = conversations.append
    monkeypatch.setattr(conversations, "append", lambda database, rows: appended.append(len(rows)) or append(database, rows))
    monkeypatch.setattr(conversations, "MOST_AT_ONCE", 10)
    fill(True)
    for number in range(20):
        say(store, str(number))
    assert max(appended) == 10
    fill(False)
    appended.clear()
    say(store, "after")
    assert appended == [10] * 6 + [1, 3]
    assert texts(whole(store)) == [*map(str, range(20)), "after"]


def test_a_turn_is_stored_once_whose_commit_was_done_and_not_answered(store, monkeypatch):
    say(store, "before")
    written = store.database.begin

    @contextmanager
    def cut_off(*arguments, **named):
        with written(*arguments, **named) as connection:
            yield connection
        raise StorageDownError("server closed the connection unexpectedly")

    monkeypatch.setattr(store.database, "begin", cut_off)
    say(store, "in doubt")
    monkeypatch.setattr(store.database, "begin", written)
    assert texts(read(store)) == texts(whole(store)) == ["before", "in doubt"]
    assert texts(asyncio.run(store.retrieve_from(NAME, "id of in doubt"))) == ["in doubt"]
    say(store, "after")
    assert texts(whole(store)) == ["before", "in doubt", "after"]


def test_what_waits_in_memory_is_forgotten_unless_the_rest_could_not_be(store, fill):
    fill(True)
    say(store, "one")
    with pytest.raises(StorageDownError):
        store.forget(NAME)
    assert texts(whole(store)) == ["one"]
    fill(False)
    store.forget(NAME)
    say(store, "somebody else", "another")
    assert whole(store) is None
    store.forget("another")


def test_memory_is_bounded(store, monkeypatch):
    monkeypatch.setattr(tracker_store, "MOST_KEPT", 3)
    for number in range(6):
        say(store, "hello", f"number {number}")
    assert len(store._recent) == 3
    assert texts(read(store, "number 0")) == ["hello"]
    for number in range(6):
        store.forget(f"number {number}")


# --- what says who somebody is ---


def typed(text, parse_data=None, **more):
    """A message as the understanding leaves it."""
    read = {"intent": {"name": "faq"}, "entities": [], "text": text, "metadata": {"from": text}, **(parse_data or {})}
    return UserUttered(text, parse_data=read, message_id="m", metadata={"from": text}, **more)


def keep(store, *events, name=NAME):
    async def turn():
        tracker = await store.get_or_create_tracker(name, append_action_listen=False)
        for event in events:
            tracker.update(event)
        await store.save(tracker)
        return tracker

    return asyncio.run(turn())


def raw(store):
    with store.database.read() as connection:
        return "\n".join(text for (text,) in connection.execute(select(EVENTS.c.data)))


CALL = "I am Anna Wolkenstein, call me on 07700 900123. does it hurt my back"


def test_a_message_is_kept_without_what_says_who_wrote_it(store):
    entities = [{"entity": "condition", "value": "back pain", "start": 60, "end": 64}]
    read = [{"start": 48, "end": 68, "label": "faq/pain_during"}]
    during = keep(store, typed(CALL, {"entities": entities, "understanding": {"read": read, "parts": ["faq/pain_during"]}}))
    assert not [word for word in ("Anna", "Wolkenstein", "07700", "900123") if word in raw(store)]
    (event,) = [event for event in whole(store).events if isinstance(event, UserUttered)]
    assert event.text.startswith("I am [name], call me on [phone].") and event.parse_data["text"] == event.text
    assert event.entities == [{"entity": "condition", "value": "back pain"}]
    assert event.parse_data["understanding"] == {"read": [{"label": "faq/pain_during"}], "parts": ["faq/pain_during"]}
    assert event.message_id == "m"
    assert during.latest_message.text == CALL  # the turn itself sees what was typed


def test_what_is_kept_in_memory_is_what_is_kept_in_the_database(address):
    one, other = (ConversationStore(Domain.empty(), store=Database(address)) for _ in range(2))
    keep(one, typed(CALL), BotUttered("a reply"))
    assert [event.as_dict() for event in read(one).events] == [event.as_dict() for event in read(other).events]
    assert "Wolkenstein" not in repr(one._recent)


def test_a_message_with_nothing_of_the_kind_is_kept_as_it_is(store):
    entities = [{"entity": "condition", "value": "back pain", "start": 8, "end": 12}]
    understanding = {"read": [{"start": 0, "end": 12, "label": "faq/pain_during"}]}
    keep(store, typed("hurt my back", {"entities": entities, "understanding": understanding}))
    (event,) = [event for event in whole(store).events if isinstance(event, UserUttered)]
    assert (event.text, event.entities, event.parse_data["understanding"]) == ("hurt my back", entities, understanding)


@pytest.mark.parametrize("asked", ["name", "contact", "time"])
def test_what_is_typed_into_the_call_back_form_is_not_kept_with_the_conversation(store, asked):
    keep(store, typed("Xq Zzyzx, any time", {"understanding": {"form": "value", "private": asked}}))
    assert "Zzyzx" not in raw(store)
    assert texts(whole(store)) == texts(read(store)) == [f"[{asked}]"]


def test_the_clinics_own_number_is_kept(store):
    keep(store, typed("is +44 20 7946 0018 your number"))
    assert texts(whole(store)) == ["is +44 20 7946 0018 your number"]


def test_while_the_database_is_down_what_waits_in_memory_is_redacted_too(store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Database, "begin", _down)
        patched.setattr(Database, "read", _down)
        keep(store, typed(CALL))
        assert "Wolkenstein" not in repr((store._unsaved, store._recent))
    say(store, "two")
    assert "Wolkenstein" not in raw(store) and "[phone]" in raw(store)


def _down(*_, **__):
    raise StorageDownError("down")


def test_a_turn_in_which_the_conversation_was_forgotten_is_not_kept(store):
    say(store, "one")
    store.forget(NAME)
    keep(store, typed("yes"), BotUttered("Done."), Restarted(), SessionStarted())
    assert raw(store) == ""
    assert read(store) is None and whole(store) is None
    say(store, "three")
    assert texts(whole(store)) == ["three"]


def test_after_a_purge_nothing_is_read_from_memory(store):
    say(store, "one")
    store.read_again()
    assert not store._recent
    assert texts(read(store)) == ["one"]
