"""The clinic's own facts, read from clinic.yml and checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from assistant.content.faults import QUOTED, ContentError, read_yaml, unknown

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = 300  # characters of one fact; a longer one would make its answer too long to read in a chat
# Kinds of data, each with the days it is kept where clinic.yml says nothing else
RETENTION = {"conversations": 30, "call_backs": 90, "feedback": 365, "dead_letters": 30, "erasures": 365}
LONGEST_RETENTION = 3650  # days
# Facts that follow from others, so that what patients are told cannot contradict what is done
DERIVED = {"chat_retention": "retention_days", "call_back_retention": "retention_days"}
SHOWN = ("name", "phone", "emergency_number")  # by the chat on a website, beside its look
LOOK = ("title", "greeting", "position", "colour", "background", "avatar")  # of the chat: chat_title and so on


class Span(NamedTuple):
    """Opening hours: open from `start` up to, not including, `end`, in the clinic's time zone."""

    start: time
    end: time


class Key(NamedTuple):
    """What a key of clinic.yml must hold."""

    expected: str
    is_valid: Callable[[Any], bool]
    required: bool = False


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST and "\n" not in value.strip()


def _matching(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _number(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _timezone(value: Any) -> bool:
    return isinstance(value, str) and value in available_timezones()


def _dates(value: Any) -> bool:
    return isinstance(value, list) and all(type(day) is date for day in value)


def _spans(value: Any) -> list[Span] | None:
    """The opening hours in ["08:00-12:00", "13:00-17:00"], or None where they make no sense."""
    if not isinstance(value, list):
        return None
    spans: list[Span] = []
    for text in value:
        found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text) if isinstance(text, str) else None
        if not found:
            return None
        try:
            span = Span(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
        except ValueError:
            return None
        if span.start >= span.end or (spans and span.start < spans[-1].end):
            return None
        spans.append(span)
    return spans


def _week(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(DAYS) and all(_spans(hours) is not None for hours in value.values())


def _retention(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= set(RETENTION) and all(map(_number(0, LONGEST_RETENTION), value.values()))


COLOUR = 'a colour such as "#0b6757", in quotes, for # begins a comment'
_colour = _matching(r"#([0-9a-fA-F]{3}){1,2}")
TEXT = f"one line of text, at most {LONGEST} characters"
CALL_BACK = ("call_back_email", "call_back_webhook")  # where requests to be called back are sent
# The one list of clinic facts: what `{clinic.KEY}` in an answer may name, and what clinic.yml may hold.
KEYS: dict[str, Key] = {
    "name": Key(TEXT, _text, required=True),
    "reviewed": Key("a date such as 2026-11-22", lambda value: type(value) is date, required=True),
    "timezone": Key("a time zone such as Europe/London", _timezone, required=True),
    "phone": Key("a phone number of digits, spaces, + - ( )", _matching(r"\+?[\d ()-]{5,24}"), required=True),
    "email": Key("an e-mail address", _matching(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    "address": Key(TEXT, _text),
    "hours": Key(
        "for each of monday to sunday a list such as [\"08:00-12:00\", \"13:00-17:30\"], in order, or [] when closed", _week
    ),
    "closed_dates": Key("a list of dates such as [2026-12-25]", _dates),
    "emergency_number": Key(TEXT, _text, required=True),
    "urgent_line": Key(TEXT, _text, required=True),
    "maternity_line": Key(TEXT, _text, required=True),
    "crisis_name": Key(TEXT, _text, required=True),
    "crisis_number": Key(TEXT, _text, required=True),
    "safeguarding_contact": Key(TEXT, _text, required=True),
    "regulator": Key(TEXT, _text, required=True),
    "first_visit_minutes": Key("a whole number of minutes from 5 to 240", _number(5, 240)),
    "follow_up_minutes": Key("a whole number of minutes from 5 to 240", _number(5, 240)),
    "minimum_age": Key("a whole number of years from 0 to 30", _number(0, 30)),
    "chat_title": Key(TEXT, _text),
    "chat_greeting": Key(TEXT, _text),
    "chat_position": Key("left or right", lambda value: value in ("left", "right")),
    "chat_colour": Key(COLOUR, _colour),
    "chat_background": Key(COLOUR, _colour),
    "chat_avatar": Key("the address of a picture, beginning with https:// or /", _matching(r"(https:/)?/[^\s/]\S*")),
    "booking_url": Key("an address that begins with https://", _matching(r"https://\S+")),
    "retention_days": Key(
        f"for any of {', '.join(RETENTION)} a whole number of days from 0 to {LONGEST_RETENTION}", _retention
    ),
    "call_back": Key(TEXT, _text),
    "call_back_email": Key("an e-mail address", _matching(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")),
    "call_back_webhook": Key(
        "an address that begins with https://, or with http://localhost for a trial", _matching(r"https://[^\s/@]+(/\S*)?|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?")
    ),
    **{
        name: Key(TEXT, _text)
        for name in (
            "first_visit_price", "follow_up_price", "packages", "payment_methods", "insurance", "referral", "cancellation",
            "transport", "parking", "access", "practitioners", "practitioner_training", "electrical_stimulation",
            "pregnancy_policy", "privacy_contact", "reviewer", "disclaimer",
        )
    },
}  # fmt: skip


@dataclass(frozen=True)
class Clinic:
    """A checked clinic profile.

    Attributes:
        facts: key to the text that stands for it in an answer; a key with no value is absent.
        week: for each day of the week, Monday first, its opening hours.
        retention: for each kind of data the days it is kept; 0 is as short as it can be (docs/privacy.md).
    """

    facts: dict[str, str]
    reviewed: date
    timezone: ZoneInfo
    week: list[list[Span]] | None
    closed_dates: frozenset[date]
    retention: dict[str, int] = field(default_factory=lambda: dict(RETENTION))

    def now(self) -> datetime:
        """The time on the clinic's wall."""
        return datetime.now(self.timezone)

    def shown(self) -> dict[str, str]:
        """What the chat on a website shows of the clinic: name and numbers, and of its look what clinic.yml gives."""
        look = {name: self.facts[f"chat_{name}"] for name in LOOK if f"chat_{name}" in self.facts}
        return {**{name: self.facts[name] for name in SHOWN}, **look}

    def hours_on(self, day: date) -> list[Span]:
        """Opening hours on a date; empty when closed.

        Raises:
            LookupError: if the profile gives no opening hours.
        """
        if self.week is None:
            raise LookupError("clinic.yml gives no opening hours")
        return [] if day in self.closed_dates else self.week[day.weekday()]


def load_clinic(path: Path) -> Clinic:
    """Read and check a clinic profile.

    Raises:
        ContentError: with every fault found.
    """
    given = read_yaml(path)
    values = {key: value for key, value in given.items() if value is not None}
    faults = [f"{path.name}: {unknown('key', key, KEYS, QUOTED)}" for key in values if key not in KEYS and key not in DERIVED]
    # A colour without quotes is a comment to YAML: it would be passed over in silence
    faults += [
        f"{path.name}: '{name}' is empty; expected {COLOUR}."
        for name in given
        if name in KEYS and KEYS[name].expected == COLOUR and given[name] is None
    ]
    faults += [f"{path.name}: '{key}' is not written by hand: it follows from '{DERIVED[key]}'." for key in values if key in DERIVED]
    for name, key in KEYS.items():
        if name not in values:
            if key.required:
                faults.append(f"{path.name}: '{name}' is missing; expected {key.expected}.")
        elif not key.is_valid(values[name]):
            faults.append(f"{path.name}: '{name}' is {values[name]!r}; expected {key.expected}.")
    faults += [
        f"{path.name}: '{name}' needs 'call_back', the sentence about when you call back."
        for name in CALL_BACK
        if name in values and "call_back" not in values
    ]
    if faults:
        raise ContentError(faults)
    week = [_spans(values["hours"][day]) or [] for day in DAYS] if "hours" in values else None
    facts = {name: str(value).strip() for name, value in values.items() if name not in ("hours", "closed_dates", "retention_days")}
    if week is not None:
        facts["hours"] = describe_week(week)
    retention = {**RETENTION, **values.get("retention_days", {})}
    facts.update(describe_retention(retention))
    return Clinic(facts, values["reviewed"], ZoneInfo(values["timezone"]), week, frozenset(values.get("closed_dates", ())), retention)


def describe_retention(days: dict[str, int]) -> dict[str, str]:
    """What patients are told of how long things are kept."""
    redacted = "with the names and numbers that are recognised taken out"
    chats = "for an hour after the last message" if not days["conversations"] else f"for {_days(days['conversations'])}"
    done = "as soon as they are" if not days["call_backs"] else f"{_days(days['call_backs'])} after they are"
    return {
        "chat_retention": f"Chats are kept {chats}, {redacted}",
        "call_back_retention": f"Requests for a call back are deleted {done} done",
    }


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def describe_week(week: list[list[Span]]) -> str:
    """Opening hours in words: "Monday to Friday 08:00-19:00; Saturday 09:00-13:00; closed on Sunday"."""
    parts = []
    for hours, grouped in groupby(enumerate(week), key=lambda day: day[1]):
        numbers = [number for number, _ in grouped]
        days = DAYS[numbers[0]].capitalize() + (f" to {DAYS[numbers[-1]].capitalize()}" if len(numbers) > 1 else "")
        times = " and ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in hours)
        parts.append(f"{days} {times}" if hours else f"closed on {days}")
    return "; ".join(parts)
