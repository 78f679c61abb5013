"""Makes a message look as if it was typed in a hurry on a phone, dictated, or texted; the same message and seed give the same result.

The slips are those of touch-screen typing (a neighbouring key, a letter dropped, doubled or swapped with its neighbour, a space missed:
the kinds counted by Damerau 1964, "A technique for computer detection and correction of spelling errors"), with abbreviations of text
messages, and with the capitals, apostrophes and punctuation left out, as dictation and haste do.
"""

from __future__ import annotations

import random
import re

SLIPS = 0.12  # of words of four letters or more
ABBREVIATED = 0.5  # of words that have an abbreviation
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in KEYS for at, key in enumerate(row)}
ABBREVIATIONS = {
    "you": "u", "your": "ur", "are": "r", "please": "pls", "thanks": "thx", "before": "b4", "because": "cos", "tomorrow": "tmrw",
    "with": "w", "appointment": "appt", "and": "n", "to": "2", "for": "4", "what": "wot", "though": "tho", "something": "smth",
    "really": "rly", "about": "abt", "doctor": "dr", "probably": "prob", "minutes": "mins", "people": "ppl", "treatment": "tx",
}  # fmt: skip


def noisy(text: str, seed: int = 0) -> str:
    """The message with slips; deterministic."""
    chance = random.Random(f"{seed}:{text}")
    plain = re.sub(r"[^\w\s£$%+/]", " ", re.sub(r"['’]", "", text.lower()))
    words = [_word(word, chance) for word in plain.split()]
    joined = " ".join(words)
    if len(words) > 4 and chance.random() < 0.15:
        spaces = [at for at, letter in enumerate(joined) if letter == " "]
        missed = chance.choice(spaces)
        joined = joined[:missed] + joined[missed + 1 :]
    return joined


def _word(word: str, chance: random.Random) -> str:
    if word in ABBREVIATIONS and chance.random() < ABBREVIATED:
        return ABBREVIATIONS[word]
    if len(word) < 4 or not word.isalpha() or chance.random() >= SLIPS:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice([_neighbour, _dropped, _doubled, _swapped])(word, at, chance)


def _neighbour(word: str, at: int, chance: random.Random) -> str:
    return word[:at] + chance.choice(NEIGHBOURS.get(word[at], word[at])) + word[at + 1 :]


def _dropped(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _doubled(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
