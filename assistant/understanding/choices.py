"""What a short message picks from the questions that were offered, or corrects, how it changes the subject, or asks for the menu."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Span

NONE = "none"  # of what was offered

NUMBERS = (
    ("1", "one", "1st", "first", "top"),
    ("2", "two", "2nd", "second", "middle"),
    ("3", "three", "3rd", "third"),
    ("4", "four", "4th", "fourth"),
    ("5", "five", "5th", "fifth"),
    ("6", "six", "6th", "sixth"),
    ("7", "seven", "7th", "seventh"),
    ("8", "eight", "8th", "eighth"),
    ("9", "nine", "9th", "ninth"),
    *((str(number), f"{number}th") for number in range(10, 21)),
)
LAST = ("last", "bottom")
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MARKED = re.compile(r"\b(?:option|number|button|answer) \w+")
PICK = re.compile(
    r"(?:(?:ok|okay|yes|yeah|yep|um|er|i|id|ill|its|think|mean|meant|want|take|choose|pick|like|go|with|the|option|number|nr|no|question|"
    r"button|answer) )*"
    r"(?P<number>\w+)"
    r"(?: (?:one|option|question|please|pls|plz|thanks|thx|thank|you|then))*"
)
REFUSE = re.compile(
    r"(?:(?:no|nope|nah|sorry|um|er|actually) )*"
    r"(?:(?:none|neither|nothing|not any|not one)(?: of)?(?: (?:these|those|them|that|the above|it))?|"
    r"not (?:these|those|that|them)|something else|other)"
    r"(?: (?:please|thanks|sorry|really))*"
)
BARE_NO = re.compile(r"(?:no|nope|nah|not really|no thanks|no thank you)")

# Each is one way to begin; what follows it is what is meant.
CORRECTION = re.compile(
    r"(?:(?:no+|nah|nope|sorry|oops|wait|actually|my bad|ok|but|hmm+)\W+)*"
    r"(?:i (?:meant?|was asking|am asking|wanted to (?:ask|know))|(?:that is|that's|thats|it's|its) not what i (?:asked|meant|mean|wanted)|"
    r"not what i (?:asked|meant)|wrong (?:one|answer))"
    r"(?:\W+(?:i (?:meant?|asked|was asking|want to know)))?(?: to (?:ask|say|know))?(?: about| for)?\b\W*"
)
NEW_SUBJECT = re.compile(
    r"(?:(?:ok|right|so|and|but|anyway|sir|madam|hmm+|sorry|no|actually|thanks|thank you|great|good|now)\W+)*"
    r"(?:change of subject|(?:a )?different question|(?:just )?(?:another|one more|1 more|new|last|next) (?:question|thing|doubt|query)|"
    r"(?:i )?(?:also )?(?:have|got) (?:another|one more|a different) (?:question|doubt|query)|on another note|unrelated)\b\W*"
)


MENU = re.compile(
    r"(?:(?:show|see|back to|the|main|a|me|please|pls) )*(?:menu|options?|help|topics|all (?:the )?questions)(?: (?:please|pls|thanks))*"
)
COURTESY = {"please", "pls", "thanks", "thank", "you"}


class Opened(NamedTuple):
    """A message without its opener; `new_subject` tells that what was said before no longer counts."""

    span: Span
    new_subject: bool


def chosen(doc: Doc, offered: Sequence[str], unsure: bool) -> str | None:
    """The topic picked from `offered` by its place ("2", "the second one"), `NONE` for a refusal of all, or None for neither.

    Args:
        offered: the topics of the questions shown last, in order.
        unsure: whether they were shown because the assistant was not sure; only then a bare "no" refuses them.
    """
    if not offered:
        return None
    words = _words(doc.text)
    if REFUSE.fullmatch(words) or (unsure and BARE_NO.fullmatch(words)):
        return NONE
    picked = PICK.fullmatch(words)
    if not picked:
        return None
    number = picked["number"]
    # After an answer "one" and "one question" may go on about it.
    if not unsure and number in CARDINALS and not MARKED.search(words):
        return None
    if number in LAST:
        return offered[-1]
    return next((topic for topic, names in zip(offered, NUMBERS) if number in names), None)


def menu_asked_for(doc: Doc, sections: Mapping[str, str]) -> str | None:
    """What part of the menu a whole message asks for: the name of a section, nothing for all of it, or None where it asks for no menu.

    Args:
        sections: what is written to see a section, such as "Questions about the risks", with its name.
    """
    words = _words(doc.text)
    if MENU.fullmatch(words):
        return ""
    return next((name for asked, name in sections.items() if _words(asked.lower()) == words), None)


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text).split())


def without_opener(doc: Doc) -> Opened:
    """The message without "no, I meant" or "another question:" before it; all of it where nothing follows."""
    text = doc.text
    for pattern, new_subject in ((NEW_SUBJECT, True), (CORRECTION, False)):
        if found := pattern.match(text):
            # A token is never split: an opener that ends within one is none.
            rest = doc.char_span(found.end(), len(text.rstrip()))
            if rest is not None and any(token.is_alpha and token.norm_ not in COURTESY for token in rest):
                return Opened(rest, new_subject)
    return Opened(doc[:], False)
