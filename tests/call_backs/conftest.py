"""The same tests against SQLite and a real PostgreSQL, and a finished request in a database that the senders read."""

from __future__ import annotations

import pytest

from assistant.call_backs import requests
from assistant.storage import database as with_database
from assistant.storage.database import Database
from assistant.storage.schema import METADATA
from tests.servers import postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'assistant.db'}" if request.param == "sqlite" else postgresql())
    yield opened
    with opened.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name != "schema_version":
                connection.execute(table.delete())
    opened.close()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The database of this process."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'assistant.db'}")
    with_database.database.cache_clear()
    yield with_database.database()
    with_database.database().close()
    with_database.database.cache_clear()


@pytest.fixture
def finish():
    """Finish a request in a database; its id."""

    def finished(database, conversation="someone", kinds=(), topic="prices", **given):
        requests.begin(database, conversation, "website")
        for field, value in {"name": "Dawn Price", "contact": "+44 7700 900123", "time": "after 4", **given}.items():
            assert requests.give(database, conversation, field, value)
        return requests.finish(database, conversation, topic, kinds)

    return finished
