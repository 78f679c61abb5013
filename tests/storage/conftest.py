"""The same tests against SQLite and, where it can be had, a real PostgreSQL."""

from __future__ import annotations

import pytest

from assistant.storage.database import Database
from assistant.storage.schema import METADATA
from tests.servers import postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'assistant.db'}" if request.param == "sqlite" else postgresql()
    opened = Database(url)
    yield opened
    with opened.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name != "schema_version":
                connection.execute(table.delete())
    opened.close()
