"""Words of a message: spaCy tokens whose `norm_` is lower case, expanded ("cant" is "can", "not") and, where safe, spelt right."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import cast

import spacy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spacy.language import Language
from spacy.symbols import NORM, ORTH
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spellchecker import SpellChecker

SHORTEST_MENDED = 4  # letters of a word that is mended for the trained models
SHORTEST_CORRECTED = 5  # for the rules: shorter words have too many neighbours, as "hear" and "heat", "hand" and "hard"
MOST_MENDED = 150  # words of a text; each that is misspelt costs some milliseconds
COMMON = 3  # examples that must have a word for another to be mended to it
LONG_WORD = 8  # from here on two slips are forgiven instead of one
LONGEST_MESSAGE = 5_000  # characters; what follows is not read
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"))
# Text-speak and dictation that a general English tokenizer does not expand.
SPELLINGS = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "cuz": "because", "cos": "because", "coz": "because", "bc": "because",
    "pls": "please", "plz": "please", "tho": "though", "thru": "through", "b4": "before", "2day": "today", "tmrw": "tomorrow",
    "wot": "what", "wat": "what",
}  # fmt: skip
# Text-speak that says what is asked, but is too short or too ambiguous to look for warning signs by.
ABBREVIATIONS = {
    "n": "and", "w": "with", "abt": "about", "appt": "appointment", "gonna": "going to", "ppl": "people", "prob": "probably",
    "rly": "really", "smth": "something", "thx": "thanks",
}  # fmt: skip
WORD = re.compile(r"[a-z0-9]+")
WHOLE_WORD = re.compile(r"(?<![\w'/])[a-z0-9]+(?![\w'/])")  # not a piece of "weren't", "w/o" or of a word with other letters
# The same for one written word that stands for several: each piece with what it stands for.
PIECES = {
    "dunno": [("du", "do"), ("n", "not"), ("no", "know")],
    "wanna": [("wan", "want"), ("na", "to")],
    "carnt": [("car", "can"), ("nt", "not")],
}

# Nearly every question names the treatment, in a dozen ways, and the name says nothing about which question it is.
TREATMENT = re.compile(r"\b(dry[- ]?need\w*( (therapy|treatment|sessions?))?|nee?de?ll?ing|dn|ims)\b", re.IGNORECASE)


def clean(text: str) -> str:
    """The message as one line of plain characters: no control characters, straight apostrophes, single spaces."""
    # The apostrophes go first: normalisation makes a blank and an accent of one of them. It can lengthen a text too, hence the second cut.
    text = unicodedata.normalize("NFKC", text[:LONGEST_MESSAGE].translate(APOSTROPHES))[:LONGEST_MESSAGE]
    text = "".join(" " if unicodedata.category(character).startswith("C") else character for character in text)
    return re.sub(r"\s+", " ", text).strip()


# Dictation and thumbs repeat words: "it it it hurts".
REPEATED = re.compile(r"\b(\w+(?: \w+)?)(?: \1\b)+", re.IGNORECASE)


def without_treatment(text: str) -> str:
    """The text with "it" for the treatment's name: measured better to tell topics apart by (docs/decisions/0002-topic-classifier.md)."""
    return REPEATED.sub(r"\1", TREATMENT.sub("it", text))


@cache
def english() -> Language:
    """The one spaCy pipeline: tokens only, so that every document and every matcher shares its vocabulary."""
    nlp = spacy.blank("en")
    tokenizer = cast(Tokenizer, nlp.tokenizer)
    for written, meant in SPELLINGS.items():
        tokenizer.add_special_case(written, [{ORTH: written, NORM: meant}])
    for written, pieces in PIECES.items():
        tokenizer.add_special_case(written, [{ORTH: piece, NORM: meant} for piece, meant in pieces])
    return nlp


def lower(text: str) -> str:
    """The text in lower case, letter for letter, so that every place in it stays where it was."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


@cache
def dictionary() -> SpellChecker:
    """English words."""
    return SpellChecker(language="en")


def common_words(texts: Iterable[str]) -> list[str]:
    """The words that several texts have: what a misspelt one may be mended to."""
    counted = Counter(word for text in texts for word in set(WORD.findall(text.lower())))
    return sorted(word for word, count in counted.items() if count >= COMMON)


class Speller:
    """Mends words that no English dictionary knows and that are one slip away from a word in `vocabulary` (two for long words).

    Distance is optimal string alignment: a letter added, dropped, changed or two neighbours swapped.
    """

    def __init__(self, vocabulary: Iterable[str], shortest: int = SHORTEST_MENDED) -> None:
        self._shortest = shortest  # letters of a word that is mended
        self._words: dict[str, list[str]] = {}  # by first letter
        for word in sorted({word for word in vocabulary if len(word) >= shortest and word.isalpha()}):
            self._words.setdefault(word[0], []).append(word)
        self._corrections: dict[str, str] = {}

    def correct(self, word: str) -> str:
        """The word in lower case, mended where that is safe."""
        if len(word) < self._shortest or not word.isalpha():
            return word
        if word not in self._corrections:
            if len(self._corrections) > 50_000:  # strangers choose the words: the memory of them is bounded
                self._corrections.clear()
            self._corrections[word] = word if word in dictionary() else self._nearest(word)
        return self._corrections[word]

    def mend(self, text: str) -> str:
        """A text in lower case, its words mended and text-speak written out; a very long one stays as it is, to be done soon."""
        words = len(WHOLE_WORD.findall(text))
        if words > MOST_MENDED:
            return text
        return WHOLE_WORD.sub(lambda word: ABBREVIATIONS.get(word[0]) or SPELLINGS.get(word[0]) or self.correct(word[0]), text)

    def _nearest(self, word: str) -> str:
        allowed = 2 if len(word) >= LONG_WORD else 1
        # The first letter is rarely the wrong one, and "pain" must not become "gain".
        # Of equally near ones the first is taken, so the order of the alphabet decides.
        found = process.extractOne(word, self._words.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed)
        return found[0] if found else word


class Reader:
    """Turns a message into a spaCy document; the `norm_` of a word is the word mended by `vocabulary`."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._nlp = english()
        self._speller = Speller(vocabulary, SHORTEST_CORRECTED)

    def read(self, text: str) -> Doc:
        """The document of a message; the text should be `clean`."""
        doc = self._nlp.make_doc(lower(text))
        for token in doc:
            if token.is_alpha and len(token) >= SHORTEST_CORRECTED:
                token.norm_ = self._speller.correct(token.norm_)
        return doc
