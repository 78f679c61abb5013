"""What is too old goes, by itself, and nothing else."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from assistant.content.clinic import RETENTION
from assistant.privacy import retention, schedule
from assistant.privacy.holdings import Holdings
from assistant.privacy.retention import deletions, purge
from assistant.storage.database import Database, StorageDownError
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS, FEEDBACK, FORGOTTEN, OUTBOX
from tests.privacy.conftest import DAY, Kept

DAYS = {"conversations": 30, "call_backs": 90, "feedback": 365, "dead_letters": 30, "erasures": 365}
NONE = dict.fromkeys(DAYS, 0)


def test_each_kind_is_deleted_after_its_own_days(kept):
    for days in (29, 31):
        kept.say(f"{days} days old", "hello", days)
        kept.queue(f"dead {days}", {"to": "x"}, days, dead=True)
        kept.queue(f"alive {days}", {"to": "x"}, days)
    for days in (89, 91):
        kept.ask_to_be_called("x", "done", days)
        kept.ask_to_be_called("y", "open", days)
    for days in (364, 366):
        kept.comment(f"{days} days old", days)
    deleted = purge(kept.database, DAYS)
    assert deleted == {"conversations": 2, "call_backs": 1, "feedback": 1, "dead_letters": 1, "erasures": 0}
    assert set(kept.rows(EVENTS.c.conversation)) == {("29 days old",)}
    assert set(kept.rows(CALL_BACKS.c.id)) == {("x-done-89",), ("y-open-89",), ("y-open-91",)}
    assert kept.rows(FEEDBACK.c.words) == [("364 days old",)]
    assert set(kept.rows(OUTBOX.c.key)) == {("dead 29",), ("alive 29",), ("alive 31",)}
    noted = {("retention", kind, rows) for kind, rows in deleted.items() if rows}
    assert set(kept.rows(ERASURES.c.reason, ERASURES.c.kind, ERASURES.c.rows)) == noted


def test_the_notes_of_erasures_are_deleted_too(kept):
    for days in (364, 366):
        with kept.database.begin() as connection:
            connection.execute(ERASURES.insert().values(time=time.time() - days * DAY, reason="retention", kind="feedback", rows=days))
    assert purge(kept.database, DAYS)["erasures"] == 1
    assert (364,) in kept.rows(ERASURES.c.rows) and (366,) not in kept.rows(ERASURES.c.rows)


def test_zero_days_keep_what_is_going_on_and_lose_no_request(kept):
    hour = 1 / 24
    kept.say("goes on", "hello", hour * 0.9)
    kept.say("is over", "hello", hour * 1.1)
    kept.ask_to_be_called("x", "open", 500)
    kept.ask_to_be_called("x", "draft", hour)
    kept.ask_to_be_called("x", "done")
    kept.queue("dead", {"to": "x"}, dead=True)
    kept.queue("alive", {"to": "x"}, 500)
    kept.comment("today")
    purge(kept.database, NONE)
    assert set(kept.rows(EVENTS.c.conversation)) == {("goes on",)}
    assert set(kept.rows(CALL_BACKS.c.state)) == {("open",), ("draft",)}
    assert kept.rows(OUTBOX.c.key) == [("alive",)]
    assert kept.number(FEEDBACK) == 0


def test_a_draft_that_nobody_finished_is_deleted(kept):
    kept.ask_to_be_called("x", "draft", 3 / 24)
    purge(kept.database, DAYS)
    assert kept.number(CALL_BACKS) == 0


def test_many_rows_go_in_small_transactions(kept, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    for _ in range(5):
        kept.say("old", "hello", 31)
    kept.say("new", "hello")
    assert purge(kept.database, DAYS)["conversations"] == 10
    assert kept.number(EVENTS) == 2


def test_with_nothing_to_delete_nothing_is_noted(kept):
    kept.say("new", "hello")
    assert not any(purge(kept.database, DAYS).values())
    assert kept.number(ERASURES) == 0


def test_names_of_forgotten_sessions_go_when_their_tokens_are_worthless_anyway(kept):
    with kept.database.begin() as connection:
        connection.execute(FORGOTTEN.delete())
        for name, expires in (("old", time.time() - 1), ("new", time.time() + 1000)):
            connection.execute(FORGOTTEN.insert().values(conversation=name, expires=expires))
    purge(kept.database, DAYS)
    assert kept.rows(FORGOTTEN.c.conversation) == [("new",)]


def test_what_was_purged_is_not_in_the_file(tmp_path):
    kept = Kept(f"sqlite:///{tmp_path / 'assistant.db'}")
    for _ in range(100):
        kept.say("old", "kumquat " * 50, 31)
    purge(kept.database, DAYS)
    assert b"kumquat" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kept_now", "days", "expected"),
    [
        pytest.param(Holdings({}, None, "", None, 0), DAYS, (None, None), id="nothing"),
        pytest.param(Holdings({"user": 1}, 1000.0, "open", None, 0), DAYS, (1000.0 + 30 * DAY, None), id="a request that is open"),
        pytest.param(Holdings({"user": 1}, 1000.0, "done", 2000.0, 0), DAYS, (1000.0 + 30 * DAY, 2000.0 + 90 * DAY), id="one that is done"),
        pytest.param(Holdings({"user": 1}, 1000.0, "done", 2000.0, 0), NONE, (4600.0, 2000.0), id="zero days"),
    ],
)
def test_when_it_is_deleted_is_told(kept_now, days, expected):
    assert tuple(deletions(kept_now, days).values()) == expected


# --- the server does it by itself ---


def test_the_server_purges_again_and_again_and_drops_what_it_has_read(kept):
    rounds = []

    async def story():
        task = asyncio.create_task(schedule.purge_for_ever(kept.database, DAYS, lambda: rounds.append(kept.number(EVENTS)), pause=0.01))
        while len(rounds) < 2:
            await asyncio.sleep(0.01)
        kept.say("old", "hello", 31)
        seen = len(rounds)
        while len(rounds) < seen + 3:
            await asyncio.sleep(0.01)
        task.cancel()

    kept.say("old", "hello", 31)
    asyncio.run(story())
    assert kept.number(EVENTS) == 0
    assert rounds[0] == 0


def test_two_servers_that_purge_at_once_do_no_harm(kept):
    async def story():
        await asyncio.gather(*(asyncio.to_thread(purge, kept.database, DAYS) for _ in range(3)))

    for _ in range(40):
        kept.say("old", "hello", 31)
    kept.say("new", "hello")
    asyncio.run(story())
    assert kept.rows(EVENTS.c.conversation) == [("new",), ("new",)]


def test_while_the_database_is_down_it_says_so_and_tries_again(kept, monkeypatch, caplog):
    begin, tried = Database.begin, []

    def down(*_, **__):
        tried.append(1)
        raise StorageDownError("sqlite:///assistant.db: does not answer (unable to open).")

    async def story():
        purged = asyncio.Event()
        task = asyncio.create_task(schedule.purge_for_ever(kept.database, DAYS, purged.set, pause=0.01))
        while len(tried) < 2:
            await asyncio.sleep(0.01)
        monkeypatch.setattr(Database, "begin", begin)
        await purged.wait()
        task.cancel()

    kept.say("old", "hello", 31)
    monkeypatch.setattr(Database, "begin", down)
    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert "could not be deleted, and will be later: sqlite:///assistant.db: does not answer" in caplog.text
    assert kept.number(EVENTS) == 0


def test_every_kind_has_a_default():
    assert set(RETENTION) == set(DAYS)
