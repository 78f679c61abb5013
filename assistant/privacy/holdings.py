"""What is kept of one conversation, by kind and number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from assistant.call_backs.requests import DONE, DRAFT, OPEN
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, EVENTS, OUTBOX

MESSAGE = "user"  # the type of the event that a patient's message is
STATES = (DONE, DRAFT, OPEN)  # of a request to be called back; the last that there is counts


class Holdings(NamedTuple):
    """What is kept.

    Attributes:
        events: how many of each type.
        last: when the last of them happened, in seconds since 1970.
        call_back: the state of a request to be called back, `draft`, `open` or `done`; empty where there is none.
        done: when the clinic marked it as done.
        on_their_way: messages to the patient or the clinic that have not arrived.
    """

    events: dict[str, int]
    last: float | None
    call_back: str
    done: float | None
    on_their_way: int

    @property
    def messages(self) -> int:
        """How many messages of the patient."""
        return self.events.get(MESSAGE, 0)


def holdings(database: Database, conversation: str) -> Holdings:
    """What is kept of a conversation; nothing, where it is unknown.

    Raises:
        StorageError: if the database cannot be read.
    """
    of_each = select(EVENTS.c.type, func.count(), func.max(EVENTS.c.time))
    counted = of_each.where(EVENTS.c.conversation == conversation).group_by(EVENTS.c.type)
    asked = select(CALL_BACKS.c.id, CALL_BACKS.c.state, CALL_BACKS.c.done).where(CALL_BACKS.c.conversation == conversation)
    with database.read() as connection:
        kinds = connection.execute(counted).all()
        requests = connection.execute(asked).all()
        waiting = select(func.count()).select_from(OUTBOX).where(in_outbox(conversation, [row.id for row in requests]))
        on_their_way = int(connection.execute(waiting).scalar() or 0)
    states = {row.state for row in requests}
    return Holdings(
        events={kind: number for kind, number, _ in kinds},
        last=max((last for _, _, last in kinds), default=None),
        call_back=max(states, key=STATES.index, default=""),
        done=max((row.done for row in requests if row.done), default=None),
        on_their_way=on_their_way,
    )


def requests_of(connection: Connection, conversation: str) -> list[str]:
    """The ids of a conversation's requests to be called back."""
    return [name for (name,) in connection.execute(select(CALL_BACKS.c.id).where(CALL_BACKS.c.conversation == conversation))]


def in_outbox(conversation: str, requests: Sequence[str]) -> ColumnElement:
    """What in the outbox goes to the patient of a conversation, or tells the clinic of one of some requests.

    A payload names the conversation or the request as a text of its own; a name is long and random, so nothing else holds it.
    """
    return or_(*(OUTBOX.c.payload.contains(f'"{name}"', autoescape=True) for name in (conversation, *requests)))
