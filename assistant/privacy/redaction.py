"""Takes what says who somebody is out of a message, before it is stored: "call me on 07700 900123" is kept as "call me on [phone]".

No model and no network: lists, patterns and what is said around a thing decide, so that it runs on every message, everywhere alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from assistant import paths
from assistant.content.clinic import load_clinic
from assistant.privacy.dates import among_details, births, plain
from assistant.privacy.documents import documents, plates
from assistant.privacy.names import names
from assistant.privacy.numbers import numbers
from assistant.privacy.online import online
from assistant.privacy.places import places
from assistant.privacy.spans import PLACEHOLDER, PLAIN, UNCOVERED, Span, cover

# Each sees what those before it have found as covered; the surest come first.
FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (online, births)
AFTER_DATES: tuple[Callable[[str], Iterator[Span]], ...] = (documents, plates, numbers, places, names)
ROUNDS = 4  # what has been taken out can show more; a fourth round has found nothing yet
# Facts of clinic.yml that patients may repeat
OWN = (
    "name",
    "phone",
    "email",
    "address",
    "booking_url",
    "privacy_contact",
    "emergency_number",
    "urgent_line",
    "maternity_line",
    "crisis_number",
)
PHONE_ENDING = 9  # digits by which one number is known however it is dialled


class Redaction(NamedTuple):
    """A text with each identifier replaced by its kind in brackets, and the kinds there were."""

    text: str
    kinds: frozenset[str]


class Redactor:
    """Redacts texts, but for what is the clinic's own: its name, numbers and addresses."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        facts = [fact for fact in own if len(fact) > 3]
        pieces = {piece.strip() for fact in facts for piece in (fact, fact.split(",")[0]) if len(piece.strip()) > 3}
        self._own = re.compile("|".join(map(re.escape, sorted(pieces, key=len, reverse=True))), re.IGNORECASE) if pieces else None
        self._phones = {digits[-PHONE_ENDING:] for fact in facts if len(digits := re.sub(r"\D", "", fact)) >= PHONE_ENDING}

    def redact(self, text: str) -> Redaction:
        """The text without identifiers. Redacting it again changes nothing."""
        kinds: set[str] = set()
        for _ in range(ROUNDS):
            spans = self.find(text)
            if not spans:
                break
            kinds.update(span.kind for span in spans)
            text = _replaced(text, spans)
        return Redaction(text, frozenset(kinds))

    def find(self, text: str) -> list[Span]:
        """Where identifiers stand in a text, in order, none overlapping another."""
        text = text.translate(UNCOVERED)
        text = cover(text, (Span(*found.span(), "") for found in PLACEHOLDER.finditer(text)))
        covered, found = text, []
        own = [place.span() for place in self._own.finditer(text)] if self._own else []
        for finders in (FINDERS, AFTER_DATES):
            for finder in finders:
                spans = [span for span in _apart(finder(covered)) if not self._is_own(text[span.start : span.end], span, own)]
                covered = cover(covered, spans)
                found += spans
            if finders is FINDERS:
                covered = cover(covered, _apart(plain(covered)), PLAIN)
        found += _apart(among_details(text, covered))
        return sorted(found)

    def _is_own(self, said: str, span: Span, own: list[tuple[int, int]]) -> bool:
        """Whether a span is the clinic's number, or lies where the message repeats one of its facts."""
        digits = re.sub(r"\D", "", said)
        if len(digits) >= PHONE_ENDING and digits[-PHONE_ENDING:] in self._phones:
            return True
        return any(start <= span.start and span.end <= end for start, end in own)


@cache
def project_redactor() -> Redactor:
    """The redactor that knows the clinic of clinic.yml."""
    facts = load_clinic(paths.CLINIC).facts
    return Redactor(facts[key] for key in OWN if key in facts)


def redact(text: str) -> Redaction:
    """The text with each identifier replaced by its kind in brackets, as `[phone]`."""
    return project_redactor().redact(text)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap as one of the kind of the first."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if apart and span.start < apart[-1].end:
            apart[-1] = apart[-1]._replace(end=max(span.end, apart[-1].end))
        elif span.end > span.start:
            apart.append(span)
    return apart


def _replaced(text: str, spans: list[Span]) -> str:
    pieces, at = [], 0
    for start, end, kind in spans:
        pieces += [text[at:start], f"[{kind}]"]
        at = end
    return "".join([*pieces, text[at:]])
