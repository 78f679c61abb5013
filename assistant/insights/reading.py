"""Reads stored conversations turn by turn, a few thousand events at a time; plain Python, no Rasa."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from assistant.content.renderer import LAPSED
from assistant.content.reviews import UNSIGNED
from assistant.storage.database import Database
from assistant.storage.schema import EVENTS
from assistant.understanding.decision import HAND_OVER, OUTSIDE, UNSURE

PAGE = 2_000  # events read at once, so that a month's are never all in memory
READ = ("user", "bot", "session_started")
UNANSWERED = (UNSURE, HAND_OVER, OUTSIDE)
LONGEST = 500  # characters of a question that are kept
# What Python raises where an event has another form than the assistant's.
ODD = (ValueError, TypeError, KeyError, AttributeError)
OVERDUE = re.compile(re.escape(LAPSED).replace(r"\{due\}", r"\d{4}-\d\d-\d\d"))


class Period(NamedTuple):
    """Whole days on the clinic's calendar; both the first and the last belong to it."""

    first: date
    last: date

    def days(self) -> list[date]:
        """Each day of it."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def seconds(self, zone: ZoneInfo) -> tuple[float, float]:
        """From when, and up to when, in seconds since 1970."""
        start = datetime.combine(self.first, time(), zone)
        end = datetime.combine(self.last + timedelta(days=1), time(), zone)
        return start.timestamp(), end.timestamp()


@dataclass
class Question:
    """A question, or a part of a message, that the assistant had no answer to.

    Attributes:
        text: as it is stored, where what identifies somebody has been taken out.
        conversation: whose it is; kept to count different ones, never shown.
        decision: `unsure`, `hand_over` or `out_of_scope`.
        outside: the probability that it is outside what the assistant is for.
        ranking: topics it came nearest to, best first, with their probabilities.
        settled: whether one of the questions offered instead was chosen.
    """

    text: str
    conversation: str
    decision: str
    outside: float
    ranking: list[tuple[str, float]]
    settled: bool = False


class Said(NamedTuple):
    """One reply: its kind and topics as in the reply contract, and the topics of the questions offered with it."""

    kind: str
    topics: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass
class Turn:
    """A message and what was said to it.

    Attributes:
        begins: whether a visit begins with it: Rasa begins a session after an hour of silence.
        understood: the property `understanding` of the message.
        private: whether it was typed into a form, such as that for a call back, and is no question.
        unsigned: whether a reply said that no clinician has reviewed it; `lapsed`, that its review has lapsed.
    """

    conversation: str
    time: float
    begins: bool
    channel: str
    understood: dict[str, Any]
    unanswered: list[Question]
    private: bool = False
    said: list[Said] = field(default_factory=list)
    unsigned: bool = False
    lapsed: bool = False

    def hear(self, reply: dict[str, Any]) -> None:
        """Take in a bot event's reply, or replies."""
        metadata, text = reply.get("metadata") or {}, str(reply.get("text") or "")
        self.unsigned |= UNSIGNED in text
        self.lapsed |= bool(OVERDUE.search(text))
        buttons = (reply.get("data") or {}).get("buttons") or []
        offered = tuple(str(button["topic"]) for button in buttons if button.get("topic"))
        for part in metadata.get("parts") or [metadata]:
            said = Said(str(part.get("kind") or ""), tuple(map(str, part.get("topics") or ())), offered)
            # What an action adds to an answer, such as whether the clinic is open, is no second answer.
            is_addition = any((said.kind, said.topics) == (before.kind, before.topics) and said.topics for before in self.said)
            if said.kind and not is_addition:
                self.said.append(said)


class Reading:
    """The turns of a period, once through.

    Attributes:
        unreadable: how many stored events could not be read so far.
    """

    def __init__(self, database: Database, period: Period, zone: ZoneInfo) -> None:
        self._database = database
        self._start, self._end = period.seconds(zone)
        self.unreadable = 0

    def turns(self) -> Iterator[Turn]:
        """Each turn, once it is known to be complete; those of one conversation in order.

        Raises:
            StorageError: if the database cannot be read.
        """
        begun: set[str] = set()
        open_turns: dict[str, Turn] = {}
        for conversation, at, kind, data in self._events():
            try:
                event = json.loads(data)
                if kind == "session_started":
                    begun.discard(conversation)
                elif kind == "bot":
                    if turn := open_turns.get(conversation):
                        turn.hear(event)
                else:
                    turn = read_turn(event, conversation, at, conversation not in begun)
                    begun.add(conversation)
                    if before := open_turns.pop(conversation, None):
                        yield before
                    open_turns[conversation] = turn
            except ODD:
                self.unreadable += 1
        yield from open_turns.values()

    def _events(self) -> Iterator[tuple[str, float, str, str]]:
        within = (EVENTS.c.time >= self._start) & (EVENTS.c.time < self._end)
        with self._database.read() as connection:
            last, end = connection.execute(select(func.min(EVENTS.c.id), func.max(EVENTS.c.id)).where(within)).one()
        last = last - 1 if last is not None else None
        columns = (EVENTS.c.id, EVENTS.c.conversation, EVENTS.c.time, EVENTS.c.type, EVENTS.c.data)
        while last is not None and last < end:
            page = select(*columns).where((EVENTS.c.id > last) & (EVENTS.c.id <= end)).order_by(EVENTS.c.id).limit(PAGE)
            with self._database.read() as connection:
                rows = connection.execute(page).all()
            for _, conversation, at, kind, data in rows:
                if kind in READ and self._start <= at < self._end:
                    yield conversation, at, kind, data
            last = rows[-1].id if rows else end


def read_turn(event: dict[str, Any], conversation: str, at: float, begins: bool) -> Turn:
    """The turn that a user event begins.

    Raises:
        one of ODD: where it is no event of the assistant's.
    """
    parsed = event["parse_data"]
    understood = parsed.get("understanding") or {}
    private = "private" in understood or "form" in understood
    unanswered = [] if private else list(_unanswered(str(event.get("text") or ""), understood, parsed["intent"]["name"], conversation))
    channel = str(event.get("input_channel") or "unknown")
    return Turn(conversation, at, begins, channel, understood, unanswered, private)


def _unanswered(text: str, understood: dict[str, Any], intent: str, conversation: str) -> Iterator[Question]:
    read = understood.get("read") or []
    for part in read:
        decision = intent if len(read) == 1 else part["label"]
        ranking = [(str(label), float(share)) for label, share in part["ranking"]]
        # Where nothing was ranked nothing was asked: emoji, a command, "none of these".
        if decision in UNANSWERED and ranking:
            asked = text if len(read) == 1 else part_of(text, part["start"], part["end"])
            if asked.strip():
                outside = understood["outside"] if len(read) == 1 else part["outside"]
                yield Question(asked.strip()[:LONGEST], conversation, decision, float(outside), ranking)


def part_of(text: str, start: int, end: int) -> str:
    """The part of a message between two places, or all of it where these are those of other words.

    They were found in what the patient wrote, and something may have been taken out before them: "[phone]" is as long as no number.
    """
    fits = 0 <= start < end <= len(text) and "[" not in text[:end]
    cut = fits and any(0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum() for place in (start, end))
    return text[start:end] if fits and not cut else text
