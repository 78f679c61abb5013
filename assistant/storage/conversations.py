"""Conversations: what was said and done in each, event by event, in order."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, func, select

from assistant.storage.database import Database
from assistant.storage.schema import EVENTS, FORGOTTEN

COLUMNS = ("conversation", "time", "type", "message", "data")
MOST_AT_ONCE = 200  # events; SQLite takes so many values in a statement and no more, and each number of events has a statement of its own
# Statements of every turn, made once: SQLAlchemy works out anew what a new one is, in more time than the database takes.
_OWN = EVENTS.c.conversation == bindparam("conversation")
_LAST = select(EVENTS.c.id, EVENTS.c.time).where(_OWN).order_by(EVENTS.c.id.desc()).limit(1)
_LATEST = (
    select(EVENTS.c.id, EVENTS.c.data)
    .where(_OWN & (EVENTS.c.id >= bindparam("since")))
    .order_by(EVENTS.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_NEWEST = select(EVENTS.c.id).where(_OWN).order_by(EVENTS.c.id.desc()).limit(1).scalar_subquery()
_GLANCE = select(
    select(FORGOTTEN.c.expires).where(FORGOTTEN.c.conversation == bindparam("conversation")).scalar_subquery(),
    select(func.max(EVENTS.c.id)).where(_OWN & (EVENTS.c.message == bindparam("message"))).scalar_subquery(),
    _NEWEST,
    select(EVENTS.c.time).where(EVENTS.c.id == _NEWEST).scalar_subquery(),
)


class Mark(NamedTuple):
    """An event as one knows it again: its number, and when it was. SQLite gives the number of an event that was deleted to another."""

    id: int
    time: float


NOTHING = Mark(0, 0.0)


class Stored(NamedTuple):
    """An event: its number, ascending within a conversation, and Rasa's own description of it."""

    id: int
    event: dict[str, Any]


def append(database: Database, rows: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
    """Add events, MOST_AT_ONCE or fewer, each with its conversation, in one transaction; their numbers."""
    values = [
        value
        for conversation, event in rows
        for value in (
            conversation,
            event.get("timestamp") or time.time(),
            event["event"],
            event.get("message_id"),
            json.dumps(event, ensure_ascii=False, separators=(",", ":")),
        )
    ]
    if not rows:
        return []
    with database.begin() as connection:
        done = connection.exec_driver_sql(_insertion(len(rows), connection.dialect.paramstyle, not database.is_sqlite), tuple(values))
        if not database.is_sqlite:
            return [number for (number,) in done]
        # Nobody else writes in the same moment, so the numbers follow each other; the last is known.
        return list(range(done.lastrowid - len(rows) + 1, done.lastrowid + 1))


def missing(database: Database, rows: Sequence[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Those of some events that are not stored. A commit whose answer was lost may have been done or not."""
    times = [event["timestamp"] for _, event in rows]
    wanted = EVENTS.c.conversation.in_({name for name, _ in rows}) & EVENTS.c.time.between(min(times), max(times))
    with database.read() as connection:
        stored = {tuple(row) for row in connection.execute(select(EVENTS.c.conversation, EVENTS.c.type, EVENTS.c.time).where(wanted))}
    return [(name, event) for name, event in rows if (name, event["event"], event["timestamp"]) not in stored]


@cache
def _insertion(rows: int, paramstyle: str, returns: bool) -> str:
    """One statement for all rows: a turn's five events take a fifth of the time of five statements."""
    row = f"({', '.join(['?' if paramstyle == 'qmark' else '%s'] * len(COLUMNS))})"
    return f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES {', '.join([row] * rows)}{' RETURNING id' if returns else ''}"  # noqa: S608


def last(database: Database, conversation: str) -> Mark:
    """The last event of a conversation, or NOTHING where there is none."""
    with database.read() as connection:
        found = connection.execute(_LAST, {"conversation": conversation}).one_or_none()
    return Mark(*found) if found else NOTHING


class Glance(NamedTuple):
    """What is asked of the database before a message is answered.

    Attributes:
        barred: whether nobody may write in the conversation.
        came: whether the message came before, by the id that its sender gave it.
        last: its last event, or NOTHING where there is none.
    """

    barred: bool
    came: bool
    last: Mark


def glance(database: Database, conversation: str, message: str) -> Glance:
    """All three in one question, because each costs as much as all of them."""
    with database.read() as connection:
        expires, came, number, time_of_it = connection.execute(_GLANCE, {"conversation": conversation, "message": message}).one()
    return Glance(expires is not None, came is not None, Mark(number, time_of_it) if number else NOTHING)


def latest(database: Database, conversation: str, most: int, since: int = 0) -> list[Stored]:
    """The last events of a conversation, the oldest first; none before the one with the number `since`."""
    with database.read() as connection:
        rows = connection.execute(_LATEST, {"conversation": conversation, "since": since, "most": most}).all()
    return [Stored(number, json.loads(text)) for number, text in reversed(rows)]


def every(database: Database, conversation: str) -> list[dict[str, Any]]:
    """All events of a conversation, the oldest first."""
    wanted = select(EVENTS.c.data).where(EVENTS.c.conversation == conversation).order_by(EVENTS.c.id)
    with database.read() as connection:
        return [json.loads(text) for (text,) in connection.execute(wanted)]


def from_message(database: Database, conversation: str, message: str) -> list[dict[str, Any]]:
    """The events of a conversation from a message on, by the id that its sender gave it; none where it has not come."""
    own = EVENTS.c.conversation == conversation
    first = select(func.max(EVENTS.c.id)).where(own & (EVENTS.c.message == message)).scalar_subquery()
    with database.read() as connection:
        found = connection.execute(select(EVENTS.c.data).where(own & (EVENTS.c.id >= first)).order_by(EVENTS.c.id))
        return [json.loads(text) for (text,) in found]


def names(database: Database) -> list[str]:
    """Every conversation there is."""
    with database.read() as connection:
        return [name for (name,) in connection.execute(select(EVENTS.c.conversation).distinct())]


def bar(database: Database, conversation: str, expires: float) -> None:
    """Let nobody write in a conversation again, until its tokens have expired anyway (seconds since 1970)."""
    with database.begin(durable=True) as connection:
        connection.execute(FORGOTTEN.delete().where((FORGOTTEN.c.expires < time.time()) | (FORGOTTEN.c.conversation == conversation)))
        connection.execute(FORGOTTEN.insert().values(conversation=conversation, expires=expires))


def is_barred(database: Database, conversation: str) -> bool:
    """Whether nobody may write in a conversation."""
    with database.read() as connection:
        return connection.execute(select(FORGOTTEN.c.expires).where(FORGOTTEN.c.conversation == conversation)).first() is not None
