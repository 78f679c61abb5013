"""The database: where it is, opened once in a process, its tables made or brought up to date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from sqlalchemy import create_engine, event, inspect, select, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from assistant import paths
from assistant.storage.schema import METADATA, MIGRATIONS, SCHEMA_VERSION, VERSION

BUSY = 10  # seconds that a writer waits for another one's transaction
CONNECT = 2  # seconds until a database that does not answer counts as down
STATEMENT = 5_000  # milliseconds a statement of PostgreSQL may take
WRITING = "BEGIN IMMEDIATE"  # on SQLite: waits for another writer now, not in the middle
MAKING_TABLES = 7_224_001  # key of the advisory lock under which one process at a time makes them


class StorageError(Exception):
    """A database that cannot be used, in one sentence for the operator."""


class StorageDownError(StorageError):
    """A database that does not answer now, and may again."""


class Database:
    """A database with this version's tables.

    Args:
        url: as SQLAlchemy has it, such as `sqlite:////var/lib/needling/assistant.db` or `postgresql://user:password@host/name`.

    Raises:
        StorageError: if it is no database, was made by a newer version, or is damaged.
        StorageDownError: if it does not answer.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._described = self._engine.url.render_as_string(hide_password=True)
        self._make_tables()

    @contextmanager
    def begin(self, durable: bool = False) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back where it raises.

        Args:
            durable: whether a commit must survive a power cut too. On SQLite that costs milliseconds; PostgreSQL always does it.

        Raises:
            StorageDownError: if the database does not answer, or is full.
            StorageError: if it is damaged.
        """
        with self._transaction(WRITING, durable) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that writes nothing, and so waits for nobody.

        Raises:
            StorageDownError, StorageError: as `begin`.
        """
        with self._transaction("BEGIN", False) as connection:
            yield connection

    @contextmanager
    def _transaction(self, sqlite_begins: str, durable: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                if self.is_sqlite:
                    connection = connection.execution_options(sqlite_begins=sqlite_begins)
                    if sqlite_begins == WRITING:
                        connection.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                with connection.begin():
                    yield connection
        except SQLAlchemyError as error:
            raise self._fault(error) from error

    def is_up(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.read() as connection:
                connection.execute(select(SCHEMA_VERSION.c.version))
        except StorageError:
            return False
        return True

    def overwrite(self) -> None:
        """Leave nothing of what was deleted in the write-ahead log of SQLite either, unless somebody is reading just now or the disk is
        full: then a later one does."""
        if self.is_sqlite:
            with suppress(SQLAlchemyError), self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _make_tables(self) -> None:
        with self.begin(durable=True) as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MAKING_TABLES})
            known = set(inspect(connection).get_table_names())
            if not known & set(METADATA.tables):
                METADATA.create_all(connection)
                connection.execute(SCHEMA_VERSION.insert().values(version=VERSION))
                return
            found = connection.execute(select(SCHEMA_VERSION.c.version)).scalar() if SCHEMA_VERSION.name in known else None
            if found is None:
                raise StorageError(
                    f"{self._described}: has tables of ours but no schema_version; expected a database made by this program."
                )
            if found > VERSION:
                raise StorageError(
                    f"{self._described}: was made by a newer version (schema {found}, this one knows {VERSION}); "
                    "upgrade this program, or restore the backup made before that upgrade."
                )
            for version in range(found, VERSION):
                for statement in MIGRATIONS[version]:
                    connection.execute(text(statement))
                connection.execute(SCHEMA_VERSION.update().values(version=version + 1))

    def _fault(self, error: SQLAlchemyError) -> StorageError:
        # The driver's own words name the database, the table or the host, and never a row.
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        is_damaged = isinstance(error, DatabaseError) and ("malformed" in reason or "not a database" in reason)
        if is_damaged:
            return StorageError(f"{self._described}: is damaged ({reason}); restore it from a backup, or move it away to begin anew.")
        return StorageDownError(f"{self._described}: does not answer ({reason}).")


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise StorageError(
                f"DATABASE_URL is for {parsed.get_backend_name()}; expected one that begins with postgresql:// or sqlite:///."
            )
        if parsed.get_backend_name() == "sqlite":
            pool = StaticPool if parsed.database in (None, "", ":memory:") else QueuePool
            arguments: dict[str, Any] = {"timeout": BUSY, "check_same_thread": False}
            engine = create_engine(parsed, poolclass=pool, connect_args=arguments, hide_parameters=True)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        arguments = {"connect_timeout": CONNECT, "options": f"-c statement_timeout={STATEMENT}"}
        # Before a connection that lay idle is used it is tried: after a restart of the database the old ones are dead.
        return create_engine(parsed, connect_args=arguments, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=8)
    except (ArgumentError, NoSuchModuleError) as error:
        raise StorageError(f"DATABASE_URL cannot be read ({error}); expected one such as postgresql://user:password@host/name.") from error


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begins", "BEGIN"))


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so (SQLAlchemy's documentation of pysqlite)
    connection.execute("PRAGMA journal_mode = WAL")  # readers and one writer at a time do not wait for each other
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten


def database_url() -> str:
    """DATABASE_URL, or a file among the state."""
    if given := os.environ.get("DATABASE_URL", ""):
        return given
    paths.STATE.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{paths.STATE / 'assistant.db'}"


@cache
def database() -> Database:
    """The database of this process.

    Raises:
        StorageError: see Database.
    """
    return Database(database_url())
