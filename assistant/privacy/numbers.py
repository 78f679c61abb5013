"""Phone and card numbers, in digits, in words or both, however they are grouped.

Whether a number is in use, or passes its checksum, is not asked: one with a slip in it says as much about its owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.privacy.spans import CARD, IDENTITY, PHONE, Span

WORDS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "hundred": "00",
}  # fmt: skip
TIMES = {"double": 2, "dbl": 2, "triple": 3, "treble": 3}
# Digits with an O typed for a nought among them, or the word for a digit.
PIECE = re.compile(rf"(?<!\d)(?<!\d,)[oO]{{0,2}}\d[\doO]*(?!\w)|\b(?:{'|'.join([*WORDS, *TIMES])})\b", re.IGNORECASE)
GAP = re.compile(r"[\s.\-–—/()+,]{0,4}")
OPENING = re.compile(r"(?:\+\s?|\(\s?\+?\s?){1,2}$")
ANNOUNCED = re.compile(
    r"\b(?:call|calls|ring|phone|phones|telephone|tel|mob|mobile|moby|cell|text|txt|sms|whats\s?app?|number|nmber|numbers|num|no|nr|numero|número|numéro|nummer"
    r"|contact|reach|dial|fax|landline|buzz|digits|telefon|telefono|teléfono|portable|handy|line)\b",
    re.IGNORECASE,
)
REACH = 48  # characters before a number that can announce it
SHORTEST_SAID = 6  # digits of a number that is announced or spelt out; a shorter one is a code, a price, a count
SHORTEST = 7  # of one that is not
ONE_BY_ONE = 9  # of one that is typed with a blank between any two
CARD_DIGITS = range(13, 20)
LONGEST_PHONE = 15
YEAR = re.compile(r"(?:19|20)\d\d")
NORTH_AMERICAN = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


class Run(NamedTuple):
    """Neighbouring pieces: where they stand, each one's digits, and whether some are words."""

    start: int
    end: int
    groups: list[str]
    spelt: bool
    opened: bool  # by a plus sign

    @property
    def digits(self) -> str:
        """All digits, without what stands between them."""
        return "".join(self.groups)


def numbers(text: str) -> Iterator[Span]:
    """The phone and card numbers in a text."""
    for run in _runs(text):
        if kind := _kind(run, text):
            yield Span(run.start, run.end, kind)


def _runs(text: str) -> Iterator[Run]:
    pieces: list[re.Match[str]] = []
    for piece in PIECE.finditer(text):
        if pieces and not _joined(pieces[-1], piece, text):
            yield _run(pieces, text)
            pieces = []
        pieces.append(piece)
    if pieces:
        yield _run(pieces, text)


def _joined(before: re.Match[str], after: re.Match[str], text: str) -> bool:
    gap = text[before.end() : after.start()]
    # "nine oh oh, one two" is one number; "10, 20" is not, nor are two with a plus sign each.
    return GAP.fullmatch(gap) is not None and ("," not in gap or not (before[0].isdigit() and after[0].isdigit())) and "+" not in gap


def _run(pieces: list[re.Match[str]], text: str) -> Run:
    groups, times, spelt = [], 1, False
    for piece in pieces:
        word = piece[0].lower()
        if word in TIMES:
            times, spelt = TIMES[word], True
            continue
        digits = WORDS.get(word) or word.replace("o", "0")
        spelt = spelt or word in WORDS
        groups.append(digits[0] * (times - 1) + digits)
        times = 1
    start, end = pieces[0].start(), pieces[-1].end()
    opening = OPENING.search(text, max(0, start - 4), start)
    return Run(opening.start() if opening else start, end, groups, spelt, opening is not None and "+" in opening[0])


def _kind(run: Run, text: str) -> str | None:
    """What a run of digits is, if it is anybody's number."""
    count = len(run.digits)
    if count < SHORTEST_SAID:
        return None
    dialled = run.opened or run.digits.startswith("0")
    if count in CARD_DIGITS and not (dialled and count <= LONGEST_PHONE):
        return CARD
    if count > LONGEST_PHONE:
        return IDENTITY
    if ANNOUNCED.search(text, max(0, run.start - REACH), run.start) or run.spelt:
        return PHONE if dialled or not _counted(run) or (count >= 8 and not _years(run)) else None
    alone = not text[: run.start].strip() and not text[run.end :].strip(" .!?")
    if count < SHORTEST or _counted(run):
        return None
    if alone:
        return PHONE
    if dialled or NORTH_AMERICAN.fullmatch(run.digits) or re.fullmatch(r"\d{3}-\d{4}", text[run.start : run.end]):
        return PHONE
    if len(run.groups) == 1:
        return PHONE if count > 9 else IDENTITY
    return PHONE if count > 8 and any(len(group) > 3 for group in run.groups) else None


def _years(run: Run) -> bool:
    return all(YEAR.fullmatch(group) for group in run.groups)


def _counted(run: Run) -> bool:
    """Years, or small numbers one after another, as sets of an exercise: no number to ring."""
    if _years(run):
        return True
    if run.spelt or run.opened or run.digits.startswith("0") or len(run.groups) < 3 or max(map(len, run.groups)) > 2:
        return False
    return len(run.groups) != len(run.digits) or len(run.digits) < ONE_BY_ONE
