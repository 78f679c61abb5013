"""A database with what may be kept of two patients."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from assistant.storage import conversations, outbox
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS, FEEDBACK, OUTBOX
from tests.servers import postgresql

DAY = 24 * 3600
TABLES = (EVENTS, CALL_BACKS, FEEDBACK, OUTBOX, ERASURES)


class Kept:
    """A database, and what a test puts into it."""

    def __init__(self, url):
        self.database = Database(url)

    def empty(self):
        with self.database.begin() as connection:
            for table in TABLES:
                connection.execute(table.delete())

    def say(self, conversation, text, days_ago=0.0):
        at = time.time() - days_ago * DAY
        rows = [{"event": "user", "timestamp": at, "text": text}, {"event": "bot", "timestamp": at, "text": "a reply"}]
        conversations.append(self.database, [(conversation, row) for row in rows])

    def ask_to_be_called(self, conversation, state, days_ago=0.0, name="Sam Lee", on_its_way=False):
        at, key = time.time() - days_ago * DAY, f"{conversation}-{state}-{days_ago}"
        values = {
            "id": key,
            "conversation": conversation,
            "state": state,
            "begun": at,
            "name": name,
            "done": at if state == "done" else None,
        }
        with self.database.begin() as connection:
            connection.execute(CALL_BACKS.insert().values(**values))
            if on_its_way:
                outbox.put(connection, "call_back_email", f"{key}:call_back_email", {"id": key})

    def queue(self, key, payload, days_ago=0.0, dead=False):
        with self.database.begin() as connection:
            outbox.put(connection, "sms", key, payload)
            changed = OUTBOX.update().where(OUTBOX.c.key == key).values(dead=dead, created=time.time() - days_ago * DAY)
            connection.execute(changed)

    def comment(self, words, days_ago=0):
        values = {"day": date.today() - timedelta(days=days_ago), "topic": "price", "helpful": True, "words": words, "model": ""}
        with self.database.begin() as connection:
            connection.execute(FEEDBACK.insert().values(**values))

    def number(self, table, condition=True):
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(table).where(condition)).scalar()

    def rows(self, *columns):
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, tmp_path):
    found = Kept(f"sqlite:///{tmp_path / 'assistant.db'}" if request.param == "sqlite" else postgresql())
    yield found
    found.empty()
    found.database.close()
