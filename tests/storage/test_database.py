"""The database at start: made, brought up to date, or refused in a sentence that says what to do."""

from __future__ import annotations

import resource
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from assistant.storage.database import Database, StorageDownError, StorageError
from assistant.storage.schema import FEEDBACK, SCHEMA_VERSION, VERSION
from tests.servers import postgresql


def file_url(path):
    return f"sqlite:///{path}"


def test_what_is_written_is_there_after_opening_it_again(tmp_path):
    first = Database(file_url(tmp_path / "a.db"))
    with first.begin() as connection:
        connection.execute(FEEDBACK.insert().values(day=date.today(), topic="price", helpful=True, words="", model=""))
    first.close()
    with Database(file_url(tmp_path / "a.db")).begin() as connection:
        assert connection.execute(select(FEEDBACK.c.topic)).scalar() == "price"


def test_several_processes_may_open_a_new_database_at_once(tmp_path, database):
    urls = [file_url(tmp_path / "new.db")] * 4 + [postgresql()] * 4
    with ThreadPoolExecutor(8) as pool:
        assert all(opened.is_up() for opened in pool.map(Database, urls))


def test_a_transaction_that_raises_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        connection.execute(SCHEMA_VERSION.update().values(version=99))
        raise ZeroDivisionError
    with database.begin() as connection:
        assert connection.execute(select(SCHEMA_VERSION.c.version)).scalar() == VERSION


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "a.db"
    Database(file_url(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = 999")
    with pytest.raises(StorageError, match=r"newer version \(schema 999"):
        Database(file_url(path))
    assert sqlite3.connect(path).execute("SELECT version FROM schema_version").fetchone() == (999,)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StorageError, match=r"damaged \(file is not a database\); restore"):
        Database(file_url(path))
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense", "", "sqlite+nothing:///x"])
def test_an_address_of_no_known_database_is_refused(url):
    with pytest.raises(StorageError, match=r"DATABASE_URL .* expected one"):
        Database(url)


def test_a_database_that_does_not_answer_is_told_apart_and_its_password_kept():
    with pytest.raises(StorageDownError, match="does not answer") as caught:
        Database("postgresql://someone:a-secret@127.0.0.1:9/name")
    assert "a-secret" not in str(caught.value)


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path):
    path = tmp_path / "a.db"
    opened = Database(file_url(path))
    with pytest.raises(StorageDownError, match="full"), opened.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        for _ in range(1000):
            connection.execute(FEEDBACK.insert().values(day=date.today(), topic="price", helpful=True, words="x" * 999, model=""))
    with Database(file_url(path)).begin() as connection:
        assert connection.execute(select(FEEDBACK)).all() == []


def test_what_was_deleted_is_overwritten_later_where_the_disk_is_full_now(tmp_path):
    path = tmp_path / "a.db"
    opened = Database(file_url(path))
    opened.overwrite()
    with opened.begin() as connection:
        connection.execute(FEEDBACK.insert().values(day=date.today(), topic="price", helpful=True, words="x" * 99_999, model=""))
    log = tmp_path / "a.db-wal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))  # no file of this process grows beyond it
    try:
        opened.overwrite()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert log.stat().st_size > 99_999
    opened.overwrite()
    assert log.stat().st_size == 0
