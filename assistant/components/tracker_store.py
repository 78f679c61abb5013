"""Rasa tracker store on our database: reads the end of a conversation only, and goes on while the database is down."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from threading import Lock
from typing import Any, cast

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant import metrics
from assistant.privacy.erasure import WEBSITE, erase
from assistant.privacy.holdings import Holdings
from assistant.privacy.redaction import redact
from assistant.storage import conversations
from assistant.storage.conversations import NOTHING, Glance, Mark
from assistant.storage.database import Database, StorageDownError, StorageError, database

LOG = logging.getLogger(__name__)
# Events that a turn looks back on: twelve turns, or a form with some questions in between. A turn costs the same however long
# the conversation has become.
REACH = 64
MOST_KEPT = 500  # conversations whose last events are kept in memory, up to 0.1 MB each; another is read from the database in a millisecond
MOST_UNSAVED = 100_000  # events kept in memory while the database is down
NEVER_READ_AGAIN = ("text_tokens", "intent_ranking", "response_selector")  # in the stored reading of a message
NUMBER = "_number"  # attribute of an event that has been stored
# The conversation at which this request has glanced, and its last event then
_GLANCED: ContextVar[tuple[str, Mark]] = ContextVar("glanced", default=("", NOTHING))


class ConversationStore(TrackerStore):
    """Keeps conversations in the database of DATABASE_URL.

    While it does not answer, or its disk is full, conversations go on from memory, and what was said is written by the first turn that
    can be. What patients wrote is kept redacted, in memory too, so that every server reads the same.
    """

    def __init__(
        self, domain: Domain | None = None, event_broker: EventBroker | None = None, store: Database | None = None, **_: Any
    ) -> None:
        super().__init__(domain, event_broker)
        self.database = store or database()
        self._recent: OrderedDict[str, deque[Event]] = OrderedDict()
        self._unsaved: list[tuple[str, dict[str, Any]]] = []
        self._writing = Lock()  # of what is unsaved; conversations are forgotten in a thread

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as far back as a turn looks, or None where there is none."""
        events = self._latest(sender_id)
        return self._tracker(sender_id, _from_a_turn_on(events)) if events else None

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The whole conversation, or None where there is none."""
        unsaved = self._unsaved_of(conversation_id)
        try:
            events = revived(_joined(conversations.every(self.database, conversation_id), unsaved))
        except StorageDownError:
            events = list(self._recent.get(conversation_id, ())) or revived(unsaved)
        return self._tracker(conversation_id, events) if events else None

    async def retrieve_from(self, conversation: str, message_id: str) -> DialogueStateTracker | None:
        """The conversation from a message on, by the id that its sender gave it; None where it has not come."""
        unsaved = self._unsaved_of(conversation)
        try:
            stored = conversations.from_message(self.database, conversation, message_id)
        except StorageDownError:
            stored, unsaved = [], self._in_memory(conversation)
        came = [number for number, event in enumerate(unsaved) if event.get("message_id") == message_id]
        events = _joined(stored, unsaved) if stored else unsaved[came[-1] :] if came else []
        return self._tracker(conversation, revived(events)) if events else None

    def glance(self, conversation: str, message_id: str) -> Glance:
        """What must be known before a message is answered. Whoever asks holds the conversation's lock, so that the turn which follows need
        not ask again whether somebody else has written in it."""
        unsaved = self._unsaved_of(conversation)
        try:
            seen = conversations.glance(self.database, conversation, message_id)
        except StorageDownError:  # a conversation that was forgotten is empty all the same
            seen, unsaved = Glance(False, False, NOTHING), self._in_memory(conversation)
            # A connection may bring several messages: what an earlier glance found is not for this turn.
            _GLANCED.set(("", NOTHING))
        else:
            _GLANCED.set((conversation, seen.last))
        return seen._replace(came=seen.came or any(event.get("message_id") == message_id for event in unsaved))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write what is new; nothing of a turn in which the conversation was forgotten."""
        events = list(tracker.events)
        new = [event for event in events if not hasattr(event, NUMBER)]
        if not new:
            return
        if any(isinstance(event, Restarted) for event in new):
            self._recent.pop(tracker.sender_id, None)
            return
        rows = [(tracker.sender_id, _described(event)) for event in new]
        kept = [_as_stored(event, description) for event, (_, description) in zip(new, rows)]
        with self._writing:
            try:
                self._write_unsaved()
                numbers = conversations.append(self.database, rows)
            except StorageDownError as error:
                if not self._unsaved:
                    LOG.error("Conversations are kept in memory until the database is back: %s", error)
                metrics.DATABASE_DOWN.inc()
                self._unsaved = [*self._unsaved, *rows][-MOST_UNSAVED:]
                numbers = [0] * len(rows)
        for event, same, number in zip(new, kept, numbers):
            setattr(event, NUMBER, number)
            setattr(same, NUMBER, number)
        stored = {id(event): same for event, same in zip(new, kept)}
        self._keep(tracker.sender_id, [stored.get(id(event), event) for event in events])

    async def keys(self) -> Iterable[str]:
        """Every conversation there is."""
        return conversations.names(self.database)

    def forget(self, conversation: str, reason: str = WEBSITE) -> Holdings:
        """Delete all there is of a conversation; what was kept of it until now.

        Raises:
            StorageError: if the database does not answer; nothing is deleted then.
        """
        with self._writing:  # taken out first: once the rest is deleted no turn may write these
            own = [row for row in self._unsaved if row[0] == conversation]
            self._unsaved = [row for row in self._unsaved if row[0] != conversation]
        try:
            kept = erase(self.database, conversation, reason)
        except StorageError:
            with self._writing:
                self._unsaved = [*own, *self._unsaved]
            raise
        self._recent.pop(conversation, None)
        return kept

    def read_again(self) -> None:
        """Keep no conversation in memory: what is too old was deleted from the database."""
        self._recent.clear()

    def _latest(self, conversation: str) -> list[Event]:
        kept = list(self._recent.get(conversation, ()))
        unsaved = self._unsaved_of(conversation)
        numbered = [event for event in kept if getattr(event, NUMBER)]
        mark = _mark(numbered[-1]) if numbered else NOTHING
        since = mark.id if len(numbered) == len(kept) else 0
        known: list[Event] = []
        try:
            if kept and self._last(conversation) == mark:
                return kept
            stored = conversations.latest(self.database, conversation, REACH, since)
            if since and stored and Mark(stored[0].id, stored[0].event["timestamp"]) == mark:
                known, stored = kept, stored[1:]  # another server went on with it
            elif since:
                stored = conversations.latest(self.database, conversation, REACH)
        except StorageDownError:
            if kept:
                return kept
            stored = []
        new = revived(_joined([row.event for row in stored], unsaved))
        for place, event in enumerate(new):
            setattr(event, NUMBER, stored[place].id if place < len(stored) else 0)
        self._keep(conversation, [*known, *new])
        return list(self._recent[conversation])

    def _last(self, conversation: str) -> Mark:
        glanced, last = _GLANCED.get()
        return last if glanced == conversation else conversations.last(self.database, conversation)

    def _keep(self, conversation: str, events: list[Event]) -> None:
        self._recent[conversation] = deque(events, maxlen=REACH)
        self._recent.move_to_end(conversation)
        if len(self._recent) > MOST_KEPT:
            self._recent.popitem(last=False)

    def _unsaved_of(self, conversation: str) -> list[dict[str, Any]]:
        return [event for name, event in self._unsaved if name == conversation]

    def _in_memory(self, conversation: str) -> list[dict[str, Any]]:
        """All there is of a conversation while the database is down."""
        return [event.as_dict() for event in self._recent.get(conversation, ())] or self._unsaved_of(conversation)

    def _write_unsaved(self) -> None:
        if not self._unsaved:
            return
        while some := self._unsaved[: conversations.MOST_AT_ONCE]:
            conversations.append(self.database, conversations.missing(self.database, some))
            self._unsaved = self._unsaved[len(some) :]
            self._recent.clear()  # what is kept does not know its numbers
        LOG.warning("The database is back, and has what was said meanwhile.")

    def _tracker(self, conversation: str, events: list[Event]) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(conversation, events, self.domain.slots)


def _mark(event: Event) -> Mark:
    return Mark(getattr(event, NUMBER), event.timestamp)


def revived(described: Iterable[dict[str, Any]]) -> list[Event]:
    """The events that were described, as Rasa's `deserialise_events` has them; that looks through all classes of events for each."""
    return [cast(Event, _class_of(event["event"])._from_parameters(event)) for event in described]


@cache
def _class_of(name: str) -> type[Event]:
    return cast(type[Event], Event.resolve_by_type(name))


def _described(event: Event) -> dict[str, Any]:
    """The event as it is stored: without what nothing reads again, which is half of it, and without what says who the patient is."""
    described: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        described["parse_data"] = {name: value for name, value in described["parse_data"].items() if name not in NEVER_READ_AGAIN}
        _redact(described)
    return described


def _as_stored(event: Event, described: dict[str, Any]) -> Event:
    """The event that will be read back: only a message of the patient is stored otherwise than it happened."""
    return revived([described])[0] if isinstance(event, UserUttered) else event


def _redact(message: dict[str, Any]) -> None:
    """Take out of a message what says who wrote it, wherever its text stands."""
    read = message["parse_data"]
    understanding = read.get("understanding") or {}
    typed = (message.get("text"), read.get("text"))
    if private := understanding.get("private"):
        shown = f"[{private}]"  # typed into the call-back form: it is in the table of requests, and nowhere else
        texts = tuple(text if text is None else shown for text in typed)
    else:
        redacted = {text: redact(text).text for text in set(typed) if text is not None}
        texts = tuple(text if text is None else redacted[text] for text in typed)
    message["text"], message["metadata"] = texts[0], {}
    read.update({"metadata": {}, **({"text": texts[1]} if "text" in read else {})})
    if texts == typed:
        return
    # Where a part or a complaint stood is told of a text that is no longer there.
    read["entities"] = [{"entity": found["entity"], "value": redact(str(found["value"])).text} for found in read.get("entities") or ()]
    if "read" in understanding:
        read["understanding"] = {**understanding, "read": [_without_place(part) for part in understanding["read"]]}


def _joined(stored: list[dict[str, Any]], unsaved: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is stored, and what could not be; of the last to be tried nobody knows whether it was."""
    known = {(event["event"], event["timestamp"]) for event in stored} if unsaved else ()
    return [*stored, *(event for event in unsaved if (event["event"], event["timestamp"]) not in known)]


def _without_place(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in ("start", "end")}


def _from_a_turn_on(events: list[Event]) -> list[Event]:
    """The events from the first that a conversation may begin with."""
    if len(events) < REACH:
        return events
    waits = [isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME for event in events]
    return events[waits.index(True) :] if True in waits else events
