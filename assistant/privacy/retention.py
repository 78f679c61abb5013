"""Deletes what was kept as long as clinic.yml says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Table, select, true
from sqlalchemy.sql import ColumnElement

from assistant.call_backs.requests import DONE, DRAFT, LONGEST_DRAFT
from assistant.privacy.erasure import RETENTION, note
from assistant.privacy.holdings import Holdings
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS, FEEDBACK, FORGOTTEN, OUTBOX

DAY = 24 * 3600.0  # seconds
SESSION = 3600.0  # seconds; a message is kept as long at least, or the next one could not be understood (domain.yml, session_config)
BATCH = 500  # rows deleted in one transaction, so that nobody who chats waits for it


def purge(database: Database, days: Mapping[str, int], now: float | None = None) -> dict[str, int]:
    """Delete what is older than its kind is kept; how many rows of each kind.

    Args:
        days: for each kind of clinic.yml's `retention_days`; 0 keeps a conversation for an hour after each message, and the rest not at
            all. A request to be called back is never deleted before the clinic has marked it as done.
        now: in seconds since 1970.

    Raises:
        StorageError: if the database does not answer; what is deleted by then stays deleted.
    """
    now = time.time() if now is None else now
    deleted = {kind: _delete(database, table, old) for kind, (table, old) in _old(days, now).items()}
    if any(deleted.values()):
        with database.begin(durable=True) as connection:
            note(connection, RETENTION, {kind: rows for kind, rows in deleted.items() if rows})
        database.overwrite()
    with database.begin() as connection:
        connection.execute(FORGOTTEN.delete().where(FORGOTTEN.c.expires < now))
    return deleted


def deletions(kept: Holdings, days: Mapping[str, int]) -> dict[str, float | None]:
    """When the last that is kept of a conversation is deleted, in seconds since 1970; None where nothing is, or that is not known yet."""
    return {
        "conversations": kept.last + max(days["conversations"] * DAY, SESSION) if kept.last else None,
        "call_backs": kept.done + days["call_backs"] * DAY if kept.done else None,
    }


def _old(days: Mapping[str, int], now: float) -> dict[str, tuple[Table, ColumnElement]]:
    """For each kind its table, and which rows of it are too old."""
    before = {kind: now - number * DAY for kind, number in days.items()}
    unfinished = (CALL_BACKS.c.state == DRAFT) & (CALL_BACKS.c.begun < now - LONGEST_DRAFT)
    day = date.fromtimestamp(now) - timedelta(days=days["feedback"])
    return {
        "conversations": (EVENTS, EVENTS.c.time < min(before["conversations"], now - SESSION)),
        "call_backs": (CALL_BACKS, unfinished | ((CALL_BACKS.c.state == DONE) & (CALL_BACKS.c.done <= before["call_backs"]))),
        "feedback": (FEEDBACK, FEEDBACK.c.day < day if days["feedback"] else true()),
        "dead_letters": (OUTBOX, OUTBOX.c.dead & (OUTBOX.c.created <= before["dead_letters"])),
        "erasures": (ERASURES, ERASURES.c.time < before["erasures"]),
    }


def _delete(database: Database, table: Table, old: ColumnElement) -> int:
    (key,) = table.primary_key.columns
    total = 0
    while True:
        with database.begin() as connection:
            rows = connection.execute(table.delete().where(key.in_(select(key).where(old).limit(BATCH)))).rowcount
        total += rows
        if rows < BATCH:
            return total
