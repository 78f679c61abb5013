"""E-mail addresses, links to personal pages and names on social media."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.spans import EMAIL, HANDLE, LINK, Span

# Pages that say nothing about who names them, and that a clinician wants to know of. Any other link with a path is taken out.
PUBLIC = (
    "nhs.uk", "nice.org.uk", "gov.uk", "wikipedia.org", "nih.gov", "cochrane.org", "cochranelibrary.com", "who.int", "csp.org.uk", "bmj.com",
    "mayoclinic.org", "clevelandclinic.org", "webmd.com", "healthline.com", "versusarthritis.org", "apta.org", "physio-pedia.com",
)  # fmt: skip
URL = re.compile(
    r"(?<![\w@./-])(?:https?://|www\.)?((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,18})(?::\d{1,5})?((?:/|\?)[^\s<>\"\x00\x01]*)?", re.IGNORECASE
)
TRAILING = ".,;:!?)]}'\""

PLAIN_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}(?:@| @ )(?:[\w-]{1,63}\.){1,6}[a-z]{2,18}(?![\w-])", re.IGNORECASE)
PROVIDERS = (
    "gmail|googlemail|g mail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol|btinternet|sky|talktalk|virginmedia|proton|protonmail"
    "|gmx|web|mail|orange|free|wanadoo|laposte|libero|seznam|wp|onet|ziggo|bigpond|rediffmail|comcast|verizon|att|nhs"
)
DOT = r"(?:\s{0,2}[\[({]\s?(?:dot|\.)\s?[\])}]\s{0,2}|\s{1,2}(?:dot|punkt|punto)\s{1,2})"
BOUND_AT = r"\s{0,2}[\[({]\s?(?:at|@)\s?[\])}]\s{0,2}"
LOCAL = rf"(?<![\w.+-])[\w.+-]{{1,40}}(?:(?:{DOT}|\s?(?:underscore|dash|hyphen|plus)\s?)[\w.+-]{{1,40}}){{0,4}}"
# "x at y dot com" is an address by its spelt-out dot, "x (at) y.com" by its brackets, "x at gmail.com" by its provider.
SPELT_EMAIL = re.compile(
    rf"{LOCAL}(?:(?:{BOUND_AT}|\s{{1,2}}at\s{{1,2}}|\s?@\s?)[\w-]{{1,40}}(?:{DOT}[\w.-]{{1,20}}){{1,3}}"
    rf"|{BOUND_AT}[\w-]{{1,40}}(?:\.[\w-]{{2,20}}){{1,3}}"
    rf"|\s{{1,2}}at\s{{1,2}}(?:{PROVIDERS})(?:\.[a-z]{{2,6}}){{1,2}}\b)",
    re.IGNORECASE,
)
SPELT_HINT = re.compile(r"[\[({]\s?(?:at|@)\s?[\])}]|\s(?:dot|punkt|punto)\s|\sat\s", re.IGNORECASE)

AT_HANDLE = re.compile(r"(?<![\w@./])@(?!nhs\b|nice\b)[\w][\w.-]{1,40}(?<![.-])", re.IGNORECASE)
NETWORK = r"(?:insta(?:gram)?|ig|snap(?:chat)?|tik\s?tok|twitter|telegram|skype|discord|facebook|fb|messenger|linkedin|strava|viber|line|wechat|reddit|bluesky|threads)"
NAMED_HANDLE = re.compile(
    rf"\b{NETWORK}\b(?:\s{{1,2}}(?:me|name|user|username|handle|account|is|on|at|as|id|page|my))*(?:'s)?\s?[:=]?\s{{0,2}}"
    r"(?:is\s)?([\w:][\w.:#-]{2,40}(?<![.:-]))",
    re.IGNORECASE,
)
LIKE_A_HANDLE = re.compile(r"[\w]*(?:[._#:\d])[\w]|-[^\W\d_]*\d")
SAID_TO_BE_ONE = re.compile(r":|=|\b(?:handle|username|name|account)\b", re.IGNORECASE)


def online(text: str) -> Iterator[Span]:
    """The e-mail addresses, personal links and handles in a text."""
    if "@" in text:
        yield from (Span(*found.span(), EMAIL) for found in PLAIN_EMAIL.finditer(text))
    if SPELT_HINT.search(text):
        yield from (Span(*found.span(), EMAIL) for found in SPELT_EMAIL.finditer(text))
    if "." in text:
        yield from _links(text)
    if "@" in text:
        yield from (Span(*found.span(), HANDLE) for found in AT_HANDLE.finditer(text))
    for found in NAMED_HANDLE.finditer(text):
        announced = SAID_TO_BE_ONE.search(text, found.start(), found.start(1))
        if LIKE_A_HANDLE.search(found[1]) or (announced and ":" in found[0][: found.start(1) - found.start()]):
            yield Span(*found.span(1), HANDLE)


def _links(text: str) -> Iterator[Span]:
    for found in URL.finditer(text):
        host, path = found[1].lower(), (found[2] or "").rstrip(TRAILING)
        if path.strip("/") and not host.removeprefix("www.").endswith(PUBLIC):
            yield Span(found.start(), found.end() - (len(found[2]) - len(path)), LINK)
