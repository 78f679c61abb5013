"""Which messages of the messaging platforms were taken in already: a platform sends one again until it is told that it arrived.

It is written in the transaction that puts the replies on their way, so a message is either answered or unknown, on every server and after
every crash, whatever became of the conversation.
"""

from __future__ import annotations

import time

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.storage.database import Database
from assistant.storage.schema import RECEIVED

KEPT = 30 * 24 * 3600.0  # seconds; no platform sends a message again after more than a few days


def knows(database: Database, key: str) -> bool:
    """Whether a message was taken in."""
    with database.read() as connection:
        return connection.execute(select(RECEIVED.c.key).where(RECEIVED.c.key == key)).first() is not None


def add(connection: Connection, key: str) -> bool:
    """Note that a message was taken in; False where it was before."""
    now = time.time()
    connection.execute(RECEIVED.delete().where(RECEIVED.c.time < now - KEPT))
    try:
        with connection.begin_nested():
            connection.execute(RECEIVED.insert().values(key=key, time=now))
    except IntegrityError:
        return False
    return True
