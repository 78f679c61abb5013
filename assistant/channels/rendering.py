"""From the one reply contract to what each medium can show: its length, its buttons or a numbered menu. Plain Python, no Rasa."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from assistant.content.answers import split_sentences
from assistant.content.reply import Button, Reply

RED_FLAG = "red_flag"
# GSM 03.38: what one SMS septet says, and what two say; a text with anything else is sent in UCS-2, at less than half the length.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = set("^{}\\[~]|€\f")
SEGMENT, SEGMENT_OF_SEVERAL = 160, 153  # septets
UCS_SEGMENT, UCS_SEGMENT_OF_SEVERAL = 70, 67  # UTF-16 units
# Typographic characters, for which GSM has a plain one that means the same.
FOLDED = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "−": "-",
    "…": "...", "•": "-", "·": "-", "×": "x", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\t": " ",
})  # fmt: skip


class Part(NamedTuple):
    """One message as a medium shows it; the buttons are those that it shows as such."""

    text: str
    buttons: list[Button]


def units(text: str) -> int:
    """The length of a text in UTF-16 units, the strictest way in which a platform counts characters."""
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    """How many SMS a text is sent as."""
    if set(text) <= GSM | GSM_EXTENDED:
        length, one, several = len(text) + sum(letter in GSM_EXTENDED for letter in text), SEGMENT, SEGMENT_OF_SEVERAL
    else:
        length, one, several = units(text), UCS_SEGMENT, UCS_SEGMENT_OF_SEVERAL
    return 1 if length <= one else -(-length // several)


def _up_to(longest: int) -> Callable[[str], bool]:
    return lambda text: units(text) <= longest


@dataclass(frozen=True)
class Medium:
    """What a medium takes.

    Attributes:
        fits: whether a text is short enough for one message.
        fits_whole: the same for a safety text, which may be as long as the platform allows so that it stays in one piece.
        most_buttons: under one message.
        longest_title: of a button, in characters.
        numbers_on_buttons: whether titles that are too long stand in the text, with their numbers on the buttons.
        hint: what stands above a numbered menu.
        plain: whether typographic characters are written plainly.
    """

    fits: Callable[[str], bool]
    fits_whole: Callable[[str], bool]
    most_buttons: int = 0
    longest_title: int = 0
    numbers_on_buttons: bool = False
    hint: str = ""
    plain: bool = False


ANSWER_WITH_NUMBER = "Reply with a number:"
MOST_SEGMENTS = 3  # of one SMS; each is paid for
TWILIO_BODY = 1600  # characters, on WhatsApp too, where the platform itself would take 4096
SMS = Medium(lambda text: segments(text) <= MOST_SEGMENTS, _up_to(TWILIO_BODY), hint=ANSWER_WITH_NUMBER, plain=True)
WHATSAPP = Medium(_up_to(TWILIO_BODY), _up_to(TWILIO_BODY), hint=ANSWER_WITH_NUMBER)
MESSENGER = Medium(_up_to(2000), _up_to(2000), most_buttons=13, longest_title=20, numbers_on_buttons=True)
TELEGRAM = Medium(_up_to(4096), _up_to(4096), most_buttons=20, longest_title=100)
SLACK = Medium(_up_to(3000), _up_to(3000), most_buttons=25, longest_title=75)
SHELL = Medium(lambda _: True, lambda _: True)


def render(replies: Iterable[Reply], medium: Medium) -> list[Part]:
    """The messages that say some replies: a safety text first, the rest in their order, and the menus numbered throughout, since
    "2" picks the second of all that were offered."""
    numbers = count(1)
    return [part for reply in sorted(replies, key=lambda reply: reply["kind"] != RED_FLAG) for part in _parts(reply, medium, numbers)]


def _parts(reply: Reply, medium: Medium, numbers: Iterator[int]) -> list[Part]:
    fits = medium.fits_whole if reply["kind"] == RED_FLAG else medium.fits
    numbered = [(next(numbers), button) for button in reply["buttons"]]
    shown, menu = _choices(numbered, medium)
    lines = [reply["text"], *_sources(reply), *menu]
    text = "\n".join(lines)
    pieces = split(text.translate(FOLDED) if medium.plain else text, fits)
    return [*(Part(piece, []) for piece in pieces[:-1]), Part(pieces[-1], shown)]


def _choices(numbered: list[tuple[int, Button]], medium: Medium) -> tuple[list[Button], list[str]]:
    """The buttons to show, and the lines of the menu that stands in the text instead."""
    buttons = [button for _, button in numbered]
    room = len(buttons) <= medium.most_buttons
    if room and all(units(button["title"]) <= medium.longest_title for button in buttons):
        return buttons, []
    lines = [f"{number}. {button['title']}" for number, button in numbered]
    shown: list[Button] = [{**button, "title": str(number)} for number, button in numbered] if room and medium.numbers_on_buttons else []
    return shown, [medium.hint, *lines] if medium.hint else lines


def _sources(reply: Reply) -> list[str]:
    """The line below an answer: "Sources: S5.4, AU21. Checked 2026-11-22." """
    if not reply["sources"]:
        return []
    checked = f" Checked {reply['reviewed']}." if reply["reviewed"] else ""
    return [f"Sources: {', '.join(source['id'] for source in reply['sources'])}.{checked}"]


def split(text: str, fits: Callable[[str], bool]) -> list[str]:
    """A text in pieces that fit, cut at line ends and ends of sentences; within a sentence only where it does not fit alone."""
    pieces: list[str] = []
    for space, piece in _cut(text, fits):
        if pieces and fits(pieces[-1] + space + piece):
            pieces[-1] += space + piece
        else:
            pieces.append(piece)
    return pieces or [text]


def _cut(text: str, fits: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The smallest pieces that must stay whole, each with what separates it from the one before."""
    for line in text.splitlines():
        # "1." at the beginning of a menu's line ends no sentence.
        sentences = [line] if re.match(r"\d+\. ", line) else split_sentences(line)
        for place, sentence in enumerate(sentences):
            space = " " if place else "\n"
            if fits(sentence):
                yield space, sentence
                continue
            for number, word in enumerate(sentence.split()):
                yield from ((" " if number else space, word),) if fits(word) else (("", letter) for letter in word)
