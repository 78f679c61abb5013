"""Deletes all there is of one conversation, and notes that it was done."""

from __future__ import annotations

import time

from sqlalchemy.engine import Connection

from assistant.privacy.holdings import Holdings, holdings, in_outbox, requests_of
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS, OUTBOX

CHAT, WEBSITE, OPERATOR, RETENTION = "asked in the chat", "asked on the website", "asked of the clinic", "retention"
CONVERSATION = "conversation"


def erase(database: Database, conversation: str, reason: str) -> Holdings:
    """Delete the events of a conversation, its requests to be called back, and what is on its way of either, all or nothing.

    Args:
        reason: who asked for it, for the table of erasures.

    Returns:
        What was kept until now.

    Raises:
        StorageError: if the database does not answer; nothing is deleted then.
    """
    kept = holdings(database, conversation)
    with database.begin(durable=True) as connection:
        requests = requests_of(connection, conversation)
        deleted = {
            "outbox": connection.execute(OUTBOX.delete().where(in_outbox(conversation, requests))).rowcount,
            "call_back": connection.execute(CALL_BACKS.delete().where(CALL_BACKS.c.conversation == conversation)).rowcount,
            CONVERSATION: connection.execute(EVENTS.delete().where(EVENTS.c.conversation == conversation)).rowcount,
        }
        # That there was nothing to delete is noted too: somebody asked.
        note(connection, reason, {kind: rows for kind, rows in deleted.items() if rows or kind == CONVERSATION})
    database.overwrite()
    return kept


def note(connection: Connection, reason: str, deleted: dict[str, int]) -> None:
    """Note what was deleted: when, why, of which kind and how much, and never whose."""
    now = time.time()
    for kind, rows in deleted.items():
        connection.execute(ERASURES.insert().values(time=now, reason=reason, kind=kind, rows=rows))
