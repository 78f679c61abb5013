"""Erasing a conversation: all of it, nothing of anybody else's, and a note without content."""

from __future__ import annotations

import pytest

from assistant.privacy.erasure import CHAT, OPERATOR, erase
from assistant.privacy.holdings import holdings
from assistant.storage.database import Database, StorageDownError, StorageError
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS, OUTBOX, SCHEMA_VERSION, VERSION
from tests.privacy.conftest import Kept

NAME, OTHER = "one_of%two-chats", "other_of%two-chats"
SECRET = "kumquat"  # a word that stands in nothing but what the patient wrote


def fill(kept):
    for conversation in (NAME, OTHER):
        kept.say(conversation, f"does {SECRET} hurt")
        kept.say(conversation, "what does it cost")
        kept.ask_to_be_called(conversation, "draft", name=SECRET)
        kept.ask_to_be_called(conversation, "open", days_ago=1, name=SECRET, on_its_way=True)
        kept.queue(f"to {conversation}", {"to": conversation, "calls": [{"text": SECRET}]})


def test_all_there_is_of_a_conversation_goes_and_nothing_of_anothers(kept):
    fill(kept)
    before = holdings(kept.database, OTHER)
    erase(kept.database, NAME, CHAT)
    assert holdings(kept.database, NAME) == ({}, None, "", None, 0)
    assert holdings(kept.database, OTHER) == before
    assert before.on_their_way == 2
    assert [kept.number(table) for table in (EVENTS, CALL_BACKS, OUTBOX)] == [4, 2, 2]


def test_what_was_kept_is_told(kept):
    fill(kept)
    told = erase(kept.database, NAME, CHAT)
    assert (told.events, told.messages, told.call_back, told.on_their_way) == ({"user": 2, "bot": 2}, 2, "open", 2)


def test_that_it_was_erased_is_noted_without_what_or_whose(kept):
    fill(kept)
    erase(kept.database, NAME, CHAT)
    noted = {(reason, kind, rows) for reason, kind, rows in kept.rows(ERASURES.c.reason, ERASURES.c.kind, ERASURES.c.rows)}
    assert noted == {(CHAT, "conversation", 4), (CHAT, "call_back", 2), (CHAT, "outbox", 2)}
    assert set(ERASURES.columns.keys()) == {"id", "time", "reason", "kind", "rows"}


def test_erasing_an_unknown_conversation_deletes_nothing_and_is_noted(kept):
    fill(kept)
    told = erase(kept.database, "nobody", OPERATOR)
    assert (told.events, told.call_back, told.on_their_way) == ({}, "", 0)
    assert kept.number(EVENTS) == 8
    assert kept.rows(ERASURES.c.kind, ERASURES.c.rows) == [("conversation", 0)]


def test_erasing_twice_is_no_error(kept):
    fill(kept)
    erase(kept.database, NAME, CHAT)
    assert erase(kept.database, NAME, CHAT).messages == 0


def test_nothing_of_it_is_left_in_the_file(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    kept = Kept(f"sqlite:///{tmp_path / 'assistant.db'}")
    for _ in range(200):
        kept.say(NAME, f"does {SECRET} hurt " * 20)
    kept.ask_to_be_called(NAME, "open", name=SECRET, on_its_way=True)

    def files():
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert SECRET.encode() in files()
    erase(database, NAME, CHAT)
    assert SECRET.encode() not in files()
    assert NAME.encode() not in files()


def test_while_somebody_reads_nothing_is_lost_and_the_next_erasure_overwrites(tmp_path):
    kept = Kept(f"sqlite:///{tmp_path / 'assistant.db'}")
    kept.say(NAME, SECRET)
    with kept.database.read() as connection:
        connection.execute(EVENTS.select()).all()
        erase(kept.database, NAME, CHAT)
    assert kept.number(EVENTS) == 0
    erase(kept.database, "nobody", CHAT)
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_database_that_is_down_says_so_and_keeps_what_it_has(tmp_path, monkeypatch):
    kept = Kept(f"sqlite:///{tmp_path / 'assistant.db'}")
    fill(kept)
    begin = Database.begin

    def down(*_, **__):
        raise StorageDownError("sqlite:///assistant.db: does not answer (locked).")

    monkeypatch.setattr(Database, "begin", down)
    with pytest.raises(StorageDownError, match="does not answer"):
        erase(kept.database, NAME, CHAT)
    monkeypatch.setattr(Database, "begin", begin)
    assert kept.number(EVENTS) == 8


def test_half_an_erasure_is_none(kept, monkeypatch):
    fill(kept)

    def broken(*_):
        raise ValueError("no note could be written")

    monkeypatch.setattr("assistant.privacy.erasure.note", broken)
    with pytest.raises(ValueError):
        erase(kept.database, NAME, CHAT)
    assert [kept.number(table) for table in (EVENTS, CALL_BACKS, OUTBOX, ERASURES)] == [8, 4, 4, 0]


def test_a_newer_or_corrupt_database_is_a_sentence(tmp_path):
    newer, corrupt = tmp_path / "newer.db", tmp_path / "corrupt.db"
    database = Database(f"sqlite:///{newer}")
    with database.begin() as connection:
        connection.execute(SCHEMA_VERSION.update().values(version=VERSION + 1))
    corrupt.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StorageError, match="was made by a newer version"):
        erase(Database(f"sqlite:///{newer}"), NAME, CHAT)
    with pytest.raises(StorageError, match="is damaged"):
        erase(Database(f"sqlite:///{corrupt}"), NAME, CHAT)
