"""The table `call_backs`: the one place where it is kept who wants to be called back.

A request is a draft while the patient is being asked, then open until the clinic has done it. It becomes open in the transaction
that puts what is to be sent into the outbox, so that neither is there without the other.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timezone, tzinfo
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Row

from assistant.call_backs.values import TOPICS
from assistant.storage import outbox
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS

DRAFT, OPEN, DONE = "draft", "open", "done"
COLUMNS = {"name": "name", "contact": "contact", "time": "good_time", "topic": "topic"}
LONGEST_DRAFT = 2 * 3600  # seconds after which one that nobody finished is deleted; a session lasts one hour
ID_BYTES = 8
KINDS = ("call_back_email", "call_back_webhook")  # of items in the outbox, and the keys of clinic.yml that say where they go


class Request(NamedTuple):
    """A request to be called back; `begun` and `done` are in seconds since 1970."""

    id: str
    begun: float
    name: str
    contact: str
    good_time: str
    topic: str
    channel: str
    done: float | None


def begin(database: Database, conversation: str, channel: str) -> None:
    """Begin a draft of a conversation, in place of any it has; drafts that nobody finished are deleted."""
    now = time.time()
    left = (CALL_BACKS.c.begun < now - LONGEST_DRAFT) | (CALL_BACKS.c.conversation == conversation)
    values = {"id": secrets.token_hex(ID_BYTES), "conversation": conversation, "state": DRAFT, "begun": now, "channel": channel[:32]}
    with database.begin(durable=True) as connection:
        connection.execute(CALL_BACKS.delete().where((CALL_BACKS.c.state == DRAFT) & left))
        connection.execute(CALL_BACKS.insert().values(**values))


def give(database: Database, conversation: str, field: str, value: str) -> bool:
    """Write one of COLUMNS into the conversation's draft; False where it has none."""
    with database.begin(durable=True) as connection:
        return _write(connection, conversation, {COLUMNS[field]: value})


def finish(database: Database, conversation: str, topic: str, kinds: Sequence[str]) -> str | None:
    """Make the conversation's draft an open request, and put it on its way to the clinic.

    Args:
        kinds: of KINDS, those by which it is sent.

    Returns:
        The request's id; None where there is no draft with a name and a way to reach somebody.
    """
    mine = (CALL_BACKS.c.conversation == conversation) & (CALL_BACKS.c.state == DRAFT)
    with database.begin(durable=True) as connection:
        row = connection.execute(select(CALL_BACKS).where(mine)).first()
        if row is None or not (row.name and row.contact):
            return None
        # From the open state on, the row is also what a repeated message finds: it makes no second request.
        changed = update(CALL_BACKS).where((CALL_BACKS.c.id == row.id) & (CALL_BACKS.c.state == DRAFT)).values(topic=topic, state=OPEN)
        if not connection.execute(changed).rowcount:
            return None
        for kind in kinds:
            outbox.put(connection, kind, f"{row.id}:{kind}", {"id": row.id})
    return str(row.id)


def drop(database: Database, conversation: str) -> bool:
    """Delete the conversation's draft; False where it has none."""
    mine = (CALL_BACKS.c.conversation == conversation) & (CALL_BACKS.c.state == DRAFT)
    with database.begin(durable=True) as connection:
        return bool(connection.execute(CALL_BACKS.delete().where(mine)).rowcount)


def is_waiting(database: Database, conversation: str) -> bool:
    """Whether a request of the conversation is open."""
    mine = (CALL_BACKS.c.conversation == conversation) & (CALL_BACKS.c.state == OPEN)
    with database.read() as connection:
        return connection.execute(select(CALL_BACKS.c.id).where(mine)).first() is not None


def find(database: Database, name: str) -> Request | None:
    """The finished request with an id, or None."""
    with database.read() as connection:
        row = connection.execute(select(CALL_BACKS).where((CALL_BACKS.c.id == name) & (CALL_BACKS.c.state != DRAFT))).first()
    return _request(row) if row else None


def listed(database: Database, also_done: bool = False) -> list[Request]:
    """The open requests, the oldest first; with those that are done, if asked."""
    states = [OPEN, DONE] if also_done else [OPEN]
    with database.read() as connection:
        rows = connection.execute(select(CALL_BACKS).where(CALL_BACKS.c.state.in_(states)).order_by(CALL_BACKS.c.begun)).all()
    return [_request(row) for row in rows]


def mark_done(database: Database, name: str) -> bool:
    """Mark a request as done; False where no open one has that id."""
    with database.begin(durable=True) as connection:
        changed = update(CALL_BACKS).where((CALL_BACKS.c.id == name) & (CALL_BACKS.c.state == OPEN)).values(state=DONE, done=time.time())
        return bool(connection.execute(changed).rowcount)


def _write(connection: Connection, conversation: str, values: dict[str, str]) -> bool:
    mine = (CALL_BACKS.c.conversation == conversation) & (CALL_BACKS.c.state == DRAFT)
    return bool(connection.execute(update(CALL_BACKS).where(mine).values(**values)).rowcount)


def _request(row: Row) -> Request:
    return Request(*(getattr(row, name) for name in Request._fields))


def in_words(request: Request, wall: tzinfo) -> dict[str, str]:
    """A request as the clinic reads it, with times as on its wall."""
    asked = datetime.fromtimestamp(request.begun, wall)
    return {
        "Name": request.name,
        "Reach": request.contact,
        "Good time": request.good_time,
        "About": TOPICS.get(request.topic, "not said"),
        "Asked": f"{asked:%A} {asked.day} {asked:%B %Y, %H:%M}",
        "By": request.channel,
    }


def in_utc(seconds: float) -> str:
    """A time as ISO 8601."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
