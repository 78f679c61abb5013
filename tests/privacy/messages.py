"""Messages with the identifiers in them marked as `{kind|text}`, and how many of those were found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from assistant import paths

HERE = paths.ROOT / "tests" / "privacy"
MARKED = re.compile(r"\{(\w+)\|([^}]*)\}")
# The short names of the kinds in the marks
MARKS = {
    "name": "name", "phone": "phone", "email": "email", "dob": "date of birth", "address": "address", "card": "card number",
    "id": "ID number", "url": "link", "handle": "social handle", "plate": "number plate",
}  # fmt: skip
Find = Callable[[str], Iterable[tuple[int, int]]]


class Message(NamedTuple):
    """What a patient typed, and the start, end and kind of each identifier in it."""

    text: str
    planted: list[tuple[int, int, str]]


class Found(NamedTuple):
    """How many identifiers of each kind there were and were found, and how many messages without any there were and were changed."""

    planted: Counter[str]
    found: Counter[str]
    clean: int
    changed: int

    def recall(self, kind: str) -> float:
        """The share of a kind that was found."""
        return self.found[kind] / self.planted[kind]


def messages(name: str) -> list[Message]:
    """The messages of a file beside this one."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [_message(line) for line in lines if line and not line.startswith("#")]


def count(cases: Iterable[Message], find: Find) -> Found:
    """Find and count. An identifier is found when each of its letters and digits is covered, under whatever kind."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    clean = changed = 0
    for case in cases:
        covered = {place for start, end in find(case.text) for place in range(start, end)}
        if not case.planted:
            clean += 1
            changed += bool(covered)
        for start, end, kind in case.planted:
            planted[kind] += 1
            found[kind] += all(place in covered for place in range(start, end) if case.text[place].isalnum())
    return Found(planted, found, clean, changed)


def _message(line: str) -> Message:
    text, planted, at = "", [], 0
    for mark in MARKED.finditer(line):
        text += line[at : mark.start()]
        planted.append((len(text), len(text) + len(mark[2]), MARKS[mark[1]]))
        text += mark[2]
        at = mark.end()
    return Message(text + line[at:], planted)
