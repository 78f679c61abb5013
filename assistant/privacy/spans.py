"""A piece of a message that says who somebody is, and the marks that stand for pieces already read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

NAME, PHONE, EMAIL, BIRTH, ADDRESS = "name", "phone", "email", "date of birth", "address"
CARD, IDENTITY, LINK, HANDLE, PLATE = "card number", "ID number", "link", "social handle", "number plate"
KINDS = (NAME, PHONE, EMAIL, BIRTH, ADDRESS, CARD, IDENTITY, LINK, HANDLE, PLATE)

# What has been read is covered letter for letter, so that places stay what they were and no later finder takes a part of it.
FOUND = "\x00"  # an identifier
PLAIN = "\x01"  # a date, a time or a price, which is none
UNCOVERED = str.maketrans({FOUND: " ", PLAIN: " "})
PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")


class Span(NamedTuple):
    """Where an identifier stands in a text, and what kind it is."""

    start: int
    end: int
    kind: str


def cover(text: str, spans: Iterable[Span], mark: str = FOUND) -> str:
    """The text with each span covered by a mark of the same length."""
    for start, end, _ in spans:
        text = text[:start] + mark * (end - start) + text[end:]
    return text


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, which semicolons separate."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))
