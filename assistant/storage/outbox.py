"""What is on its way to somebody outside: saved first, sent then, tried again with growing pauses, and listed when it is given up.

Delivery is at least once: a process that dies between sending and saying so sends again, under the same key, by which whoever receives
it can tell (the transactional outbox pattern).
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.storage.database import Database
from assistant.storage.schema import OUTBOX

LEASE = 60.0  # seconds for which what was claimed is nobody else's
FIRST_PAUSE = 2.0  # seconds before the second attempt; doubled for each after it
LONGEST_PAUSE = 1800.0
MOST_ATTEMPTS = 60  # a day and some hours
LONGEST_ERROR = 200  # characters


class Item(NamedTuple):
    """Something to send.

    Attributes:
        kind: names what sends it.
        key: the same for every attempt.
        payload: what is sent, as JSON has it.
    """

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempts: int
    claim: str


class DeadItem(NamedTuple):
    """Something that was given up; `created` is in seconds since 1970."""

    id: int
    kind: str
    key: str
    created: float
    attempts: int
    error: str


def put(connection: Connection, kind: str, key: str, payload: dict[str, Any]) -> bool:
    """Add something, in the transaction that makes it necessary; False where it is on its way already."""
    now = time.time()
    values = {"kind": kind, "key": key, "payload": json.dumps(payload), "created": now, "due": now}
    try:
        with connection.begin_nested():
            connection.execute(OUTBOX.insert().values(**values))
    except IntegrityError:
        return False
    return True


def claim(database: Database, kinds: list[str], most: int = 10) -> list[Item]:
    """What is due, now this caller's for LEASE seconds, the oldest first."""
    now, mine = time.time(), secrets.token_hex(8)
    free = (OUTBOX.c.dead.is_(False)) & (OUTBOX.c.claimed_until <= now)
    chosen = select(OUTBOX.c.id).where(free & (OUTBOX.c.due <= now) & OUTBOX.c.kind.in_(kinds)).order_by(OUTBOX.c.due).limit(most)
    with database.read() as connection:
        if connection.execute(chosen.limit(1)).first() is None:
            return []  # as nearly always; nobody had to wait for it
    # `free` again outside: PostgreSQL looks at it once more for a row that another process has just claimed.
    taken = update(OUTBOX).where(OUTBOX.c.id.in_(chosen) & free)
    with database.begin() as connection:
        changed = connection.execute(taken.values(claimed_until=now + LEASE, claimed_by=mine, attempts=OUTBOX.c.attempts + 1)).rowcount
        if not changed:
            return []
        rows = connection.execute(select(OUTBOX).where(OUTBOX.c.claimed_by == mine).order_by(OUTBOX.c.id)).all()
    return [Item(row.id, row.kind, row.key, json.loads(row.payload), row.attempts, mine) for row in rows]


def done(database: Database, item: Item) -> None:
    """It arrived: nothing of it is kept."""
    with database.begin(durable=True) as connection:
        connection.execute(OUTBOX.delete().where(OUTBOX.c.id == item.id))


def progress(database: Database, key: str, payload: dict[str, Any]) -> None:
    """A part of it arrived: only what is left is sent by the next attempt."""
    with database.begin(durable=True) as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(payload=json.dumps(payload)))


def failed(database: Database, item: Item, error: str, for_good: bool = False, after: float = 0.0) -> bool:
    """It did not arrive; it is tried again later, unless that is hopeless or was done often enough. True where it is given up.

    Args:
        error: what happened, without anything of a patient's.
        after: seconds before which the receiver wants no other attempt.
    """
    dead = for_good or item.attempts >= MOST_ATTEMPTS
    pause = min(LONGEST_PAUSE, max(after, FIRST_PAUSE * 2 ** min(item.attempts - 1, 16)))
    values = {"due": time.time() + pause, "claimed_until": 0.0, "claimed_by": "", "error": error[:LONGEST_ERROR], "dead": dead}
    with database.begin(durable=True) as connection:
        connection.execute(update(OUTBOX).where((OUTBOX.c.id == item.id) & (OUTBOX.c.claimed_by == item.claim)).values(**values))
    return dead


def dead(database: Database) -> list[DeadItem]:
    """What was given up, the oldest first."""
    columns = [OUTBOX.c[name] for name in DeadItem._fields]
    with database.read() as connection:
        return [DeadItem(*row) for row in connection.execute(select(*columns).where(OUTBOX.c.dead).order_by(OUTBOX.c.id))]


def revive(database: Database, kind: str) -> int:
    """Try again what was given up of a kind; how many there were."""
    again = {"dead": False, "attempts": 0, "due": time.time(), "error": ""}
    with database.begin(durable=True) as connection:
        return int(connection.execute(update(OUTBOX).where(OUTBOX.c.dead & (OUTBOX.c.kind == kind)).values(**again)).rowcount)


def waiting(database: Database) -> dict[str, int]:
    """How many of each kind are on their way."""
    counted = select(OUTBOX.c.kind, func.count()).where(OUTBOX.c.dead.is_(False)).group_by(OUTBOX.c.kind)
    with database.read() as connection:
        return {kind: number for kind, number in connection.execute(counted)}
