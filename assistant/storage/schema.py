"""The tables. A change to them needs a new VERSION and a step in MIGRATIONS. Times are seconds since 1970, in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, MetaData, String, Table, Text

VERSION = 1
MIGRATIONS: dict[int, list[str]] = {}  # from a version to the next: the statements that change its tables

METADATA = MetaData()
NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only in an INTEGER

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

# What was said and done in conversations, in order; what patients wrote is redacted. `data` is Rasa's event as JSON.
EVENTS = Table(
    "events",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("conversation", String(128), nullable=False),
    Column("time", Float, nullable=False, index=True),
    Column("type", String(64), nullable=False),
    Column("message", String(128)),  # the id that its sender gave a message, by which a repeated one is known
    Column("data", Text, nullable=False),
    Index("events_of_a_conversation", "conversation", "id"),
    Index("messages_of_a_conversation", "conversation", "message"),
)

# Website sessions whose tokens are worth nothing any more, until they would have expired.
FORGOTTEN = Table("forgotten", METADATA, Column("conversation", String(128), primary_key=True), Column("expires", Float, nullable=False))

# Whether an answer helped; never who said so.
FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("day", Date, nullable=False, index=True),
    Column("topic", String(40), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("model", String(64), nullable=False),
)

# Requests to be called back: a draft while the patient is being asked, then open until the clinic marks it done.
CALL_BACKS = Table(
    "call_backs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("conversation", String(128), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("begun", Float, nullable=False, index=True),
    Column("name", Text, nullable=False, default=""),
    Column("contact", Text, nullable=False, default=""),
    Column("good_time", Text, nullable=False, default=""),
    Column("topic", Text, nullable=False, default=""),
    Column("channel", String(32), nullable=False, default=""),
    Column("done", Float),
)

# What is on its way to somebody outside: saved first, sent then, deleted once it arrived.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    Column("payload", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_until", Float, nullable=False, default=0.0),
    Column("claimed_by", String(32), nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Column("dead", Boolean, nullable=False, default=False),
    Index("outbox_due", "dead", "due"),
)

# Messages of the messaging platforms that were taken in, by a pseudonym of the platform's id, so that each is answered once.
RECEIVED = Table("received", METADATA, Column("key", String(64), primary_key=True), Column("time", Float, nullable=False, index=True))

# That something was erased, without what it was.
ERASURES = Table(
    "erasures",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("time", Float, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
)
