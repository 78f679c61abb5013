"""Dates of birth: a date that is said to be one, or one that could be and stands among somebody's other details."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.spans import BIRTH, FOUND, Span

MONTH = (
    r"(?:jan(?:uary|uar|vier)?|enero|gennaio|feb(?:ruary|ruar)?|february|februar|fevrier|février|febrero|febbraio|mar(?:ch|s|zo)?|märz"
    r"|apr(?:il)?|avril|abril|aprile|may|mai|mayo|maggio|june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust)?|août|aout"
    r"|agosto|sept?(?:ember)?|septembre|septiembre|settembre|oct(?:ober)?|okt(?:ober)?|octobre|octubre|ottobre|nov(?:ember|embre|iembre)?"
    r"|dec(?:ember)?|dez(?:ember)?|décembre|decembre|diciembre|dicembre)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th|er|\.|º))?"
YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d(?!\d))"
UNITS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth"
    "|eighteenth|nineteenth|twentieth|thirtieth"
)
NUMERIC = r"(?<![\d./-])(?P<first>\d{1,4})(?P<cut>\s?[/.\-]\s?)(?P<second>\d{1,2})(?P=cut)(?P<third>\d{4}|\d{2})(?![\d]|[/-]\d)"
WORDED = (
    rf"\b(?:{DAY}(?:\s?of)?[\s.,/-]{{0,2}}{MONTH}\b\.?(?:[\s.,/-]{{0,2}}{YEAR}\b)?"
    rf"|{MONTH}\b\.?[\s,/-]{{0,2}}(?:the\s)?{DAY}\b(?:[\s,/-]{{0,2}}{YEAR}\b)?|{MONTH}\b\.?[\s,/-]{{0,2}}(?:of\s)?(?:19|20)\d\d\b)"
)
SPELT = (
    rf"\b(?:(?:twenty|thirty)[\s-])?(?:{ORDINALS}|{UNITS})\s(?:day\s)?(?:of\s)?{MONTH}\b"
    rf"(?:[\s,-]{{1,2}}(?:(?:{UNITS}|{TENS}|hundred|thousand|and|oh)\b|{YEAR}\b)){{0,6}}"
)
DATE = re.compile(rf"(?P<numeric>{NUMERIC})|{WORDED}|{SPELT}", re.IGNORECASE)
BARE_DATE = re.compile(r"(?:\d{6}|\d{8}|\d{1,2}\s\d{1,2}\s(?:\d{4}|\d{2})|\d{1,2}[/.]\d{1,2})(?![\d/])")  # only after "dob"
CLOCK = re.compile(
    r"(?<![\d.:])(?:[01]?\d|2[0-3])[:.][0-5]\d\s?(?:[ap]\.?m\b\.?)|(?<![\d.:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])", re.IGNORECASE
)
PRICE = re.compile(r"[£$€₹]\s?\d[\d,]*(?:\.\d\d?)?")

BORN = (
    r"(?:\bd\W{0,2}o\W{0,2}b(?![^\W\d_])|\bdates?[\s-]{0,2}of[\s-]{0,2}births?\b|\bbirth\s?-?(?:date|day|dates)s?\b|\bb-?day\b|\bborn\b|\bgeb(?:oren|\.)|\bnée?\b"
    r"|\bnaissance\b|\bnacid[oa]\b|\bnacimiento\b|\bnac[ií]\b|\bnascita\b|\bnat[oa]\s(?=il)|\bgeburtsdatum\b|\burodzon[ya]\b|\bgeboortedatum\b)"
)
FILLER = r"(?:\W{0,3}\b(?:is|was|were|on|the|in|s|its|it|am|as|le|la|el|il|del|den|of|for|here|a)\b){0,4}\W{0,4}"
BORN_BEFORE = re.compile(rf"{BORN}{FILLER}$", re.IGNORECASE)
BORN_AFTER = re.compile(rf"\W{{0,3}}(?:is|was|as|for|that'?s)?\W{{0,2}}(?:(?:my|his|her|our|the|their)\s)?{BORN}", re.IGNORECASE)
BORN_BARE = re.compile(rf"{BORN}{FILLER}(?=\d)", re.IGNORECASE)
HINT = re.compile(r"\d|\b(?:d\.?o\.?b|birth|born|geboren|née?|nac)", re.IGNORECASE)
REACH = 48  # characters before a date that can say it is one of birth
NEAR = 24  # characters between a date and another of somebody's details
EVENT = re.compile(
    r"\b(?:on|since|in|until|till|by|from|to|before|after|surgery|op|operation|operated|mri|scan|xray|x-ray|accident|appointment|appt|session|injury"
    r"|injured|fell|fall|crash|dated?|day|done|booked|due|and|or)\W*$",
    re.IGNORECASE,
)
YEARS_OF_BIRTH = range(1910, 2016)


def births(text: str) -> Iterator[Span]:
    """Dates that are said to be of birth."""
    if not HINT.search(text):
        return
    for found in DATE.finditer(text):
        before = text[max(0, found.start() - REACH) : found.start()]
        if BORN_BEFORE.search(before) or BORN_AFTER.match(text, found.end()):
            yield Span(*found.span(), BIRTH)
    for said in BORN_BARE.finditer(text):
        if bare := BARE_DATE.match(text, said.end()):
            yield Span(*bare.span(), BIRTH)


def plain(text: str) -> Iterator[Span]:
    """Dates, times and prices, which no number is to be looked for in."""
    if not HINT.search(text):
        return
    for pattern in (DATE, CLOCK, PRICE):
        for found in pattern.finditer(text):
            if not (pattern is DATE and found["numeric"] and _year(found) is None):
                yield Span(*found.span(), "")


def among_details(text: str, covered: str) -> Iterator[Span]:
    """Dates in a text that could be of birth and stand beside something that is covered as an identifier."""
    if FOUND not in covered:
        return
    for found in DATE.finditer(text):
        year = _year(found) if found["numeric"] else None
        start, end = found.span()
        if year is None or year not in YEARS_OF_BIRTH or FOUND in covered[start:end]:
            continue
        before, after = covered[max(0, start - NEAR) : start], covered[end : end + NEAR]
        if (FOUND in before or FOUND in after) and not EVENT.search(before):
            yield Span(start, end, BIRTH)


def _year(found: re.Match[str]) -> int | None:
    """The year of a numeric date, a short one in the last hundred years, or None where day and month cannot be."""
    parts = [int(found[name]) for name in ("first", "second", "third")]
    if len(found["first"]) == 4:
        parts.reverse()
    elif len(found["first"]) == 3:
        return None
    first, second, year = parts
    if not (1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12):
        return None
    return year if year > 99 else year + (1900 if year > 30 else 2000)
