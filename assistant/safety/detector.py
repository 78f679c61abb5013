"""Finds red flags in a message: signs by spaCy matcher, silenced where they are negated, asked about, or long past."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, product
from typing import NamedTuple

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from assistant.safety.matchers import Matchers
from assistant.safety.phrases import SENTENCE_BREAKS, compile_phrase
from assistant.safety.rules import LIFTS, TIERS, RedFlag, SafetyRules

FARTHEST = 12  # words between two parts of a sign joined by +
LONGEST_PART = 20  # words that one part of a sign may cover, roughly
# A long message is looked through in windows of so many words, so that its cost grows with its length and not with its square.
WINDOW = 240
OVERLAP = 100  # more than the widest sign, of four parts, covers
MOST_SILENCED = 60
NEGATION_REACH = 5  # words after "no" or "not" that it may deny
# Words after which a denial or a question no longer holds: "no chest pain but I can't breathe".
TURNS = {"but", "however", "although", "though", "because", "just", "only", "now", "yet", "except", "so", "today", "tonight", "suddenly"}
COMMA = frozenset({","})
# After these a denial does not reach on: "it is not easing and I ...", "not well I ...".
NEW_CLAUSE = frozenset({",", "-", "and", "my", "i", "he", "she", "we", "they"})
OTHER_CLAUSE = frozenset({",", "and"})  # "years ago" does not reach beyond these


class Finding(NamedTuple):
    """A red flag found in a message, and the words that raised it."""

    flag: RedFlag
    words: str


class Sign(NamedTuple):
    """A phrase of a red flag: its place among all of them, and the keys of its parts."""

    number: int
    flag: RedFlag
    keys: list[str]


class Detector:
    """Compiled rules; `find` is called on every message before anything else may answer it."""

    def __init__(self, rules: SafetyRules, vocab: Vocab) -> None:
        self._matchers = Matchers(vocab)
        self._signs: dict[str, Sign] = {}  # by the key of their first part, which no other has
        self._unless: dict[str, list[list[str]]] = {}
        self._contexts: dict[str, list[str]] = {}
        for flag in rules.red_flags:
            for keys in [self._add(phrase, rules) for phrase in flag.signs]:
                self._signs[keys[0]] = Sign(len(self._signs), flag, keys)
            self._unless[flag.id] = [self._add(phrase, rules) for phrase in flag.unless]
        for name, phrases in rules.contexts.items():
            self._contexts[name] = [key for phrase in phrases for key in self._add(phrase, rules)]

    def _add(self, phrase: str, rules: SafetyRules) -> list[str]:
        """Add a phrase's parts to the matcher; returns the key of each part."""
        keys = []
        for part in compile_phrase(phrase, rules.groups):
            key = f"part {len(self._matchers)}"
            self._matchers.add(key, part)
            keys.append(key)
        return keys

    def find(self, doc: Doc) -> list[Finding]:
        """Red flags in the document, the most urgent tier first."""
        sentence = _sentence_numbers(doc)
        spans = self._matchers.find(doc)
        findings: dict[str, Finding] = {}
        contexts = self._contexts_in(spans)
        for start in range(0, max(len(doc), 1), WINDOW - OVERLAP):
            near = {name: [span for span in found if start <= span.start < start + WINDOW] for name, found in contexts.items()}
            self._find_in(doc, _within(spans, start, start + WINDOW), near, sentence, findings)
        return sorted(findings.values(), key=lambda finding: TIERS.index(finding.flag.tier))

    def _find_in(
        self,
        doc: Doc,
        spans: dict[str, list[Span]],
        contexts: dict[str, list[Span]],
        sentence: list[int],
        findings: dict[str, Finding],
    ) -> None:
        """Add the red flags among some of the document's spans."""
        for _, flag, keys in sorted(self._signs[key] for key in spans if key in self._signs):
            if flag.id in findings:
                continue
            for number, parts in enumerate(_together(keys, spans)):
                # Nobody repeats a harmless sign so often: a text made to keep the detector busy is alarmed at.
                if number >= MOST_SILENCED or not self._is_silenced(flag, parts, spans, contexts, sentence):
                    whole = doc[min(part.start for part in parts) : max(part.end for part in parts)]
                    findings[flag.id] = Finding(flag, whole.text)
                    break

    def _contexts_in(self, spans: dict[str, list[Span]]) -> dict[str, list[Span]]:
        """Where each context stands, without those that a lifting phrase takes away."""
        found = {name: [span for key in keys for span in spans.get(key, ())] for name, keys in self._contexts.items()}
        emphatic = {index for span in found["no_denial"] for index in range(span.start, span.end)}
        found["negation"] = [span for span in found["negation"] if not emphatic.intersection(range(span.start, span.end))]
        if found["ongoing"]:
            for name in LIFTS["ongoing"]:
                found[name] = []
        return found

    def _is_silenced(
        self, flag: RedFlag, parts: tuple[Span, ...], spans: dict[str, list[Span]], contexts: dict[str, list[Span]], sentence: list[int]
    ) -> bool:
        """Whether the sign is said to be something else, any part of it is denied or long past, or its last part is only asked about."""
        sentences = {sentence[part.start] for part in parts}
        if any(sentence[harmless[0].start] in sentences for keys in self._unless[flag.id] for harmless in _together(keys, spans)):
            return True
        last = max(parts, key=lambda part: part.start)
        checks = {"negation": (_denies, parts), "question": (_asks, (last,)), "past": (_dates, parts)}
        return any(
            check(context, part, sentence)
            for name, (check, checked) in checks.items()
            if name not in flag.even_if
            for context in contexts[name]
            # "no feeling around my bottom": a negator inside the sign denies nothing.
            if name != "negation" or not any(part.start <= context.start < part.end for part in parts)
            for part in checked
        )


def _sentence_numbers(doc: Doc) -> list[int]:
    numbers, number = [], 0
    for token in doc:
        numbers.append(number)
        number += token.norm_ in SENTENCE_BREAKS
    return numbers


def _within(spans: dict[str, list[Span]], start: int, end: int) -> dict[str, list[Span]]:
    return {key: near for key, found in spans.items() if (near := [span for span in found if start <= span.start < end])}


def _together(keys: list[str], spans: dict[str, list[Span]]) -> Iterable[tuple[Span, ...]]:
    """Where all parts of a phrase stand, each at most FARTHEST words from the next."""
    found = [spans.get(key, []) for key in keys]
    if not all(found):
        return
    reach = (FARTHEST + LONGEST_PART) * (len(keys) - 1)
    for first in found[0]:
        # Only what stands near the first part is combined, so that a long message of repeated words stays cheap.
        near = [[span for span in part if abs(span.start - first.start) <= reach] for part in found[1:]]
        for combination in product([first], *near):
            ordered = sorted(combination, key=lambda span: span.start)
            if all(after.start - before.end <= FARTHEST for before, after in pairwise(ordered)):
                yield combination


def _turns(doc: Doc, start: int, end: int, also: frozenset[str] = frozenset()) -> bool:
    return any(token.norm_ in TURNS or token.norm_ in also for token in doc[start:end])


def _denies(context: Span, sign: Span, sentence: list[int]) -> bool:
    return (
        sentence[context.start] == sentence[sign.start]
        and 0 <= sign.start - context.end <= NEGATION_REACH
        and not _turns(sign.doc, context.end, sign.start, NEW_CLAUSE)
    )


def _asks(context: Span, sign: Span, sentence: list[int]) -> bool:
    return (
        sentence[context.start] == sentence[sign.start]
        and context.start <= sign.start
        and not _turns(sign.doc, context.end, sign.start, COMMA)
    )


def _dates(context: Span, sign: Span, sentence: list[int]) -> bool:
    if sentence[context.start] != sentence[sign.start]:
        return False
    low, high = sorted((context.start, sign.start))
    # "years ago I had a clot", but not "a clot years ago and my leg is swollen".
    return not _turns(sign.doc, low, max(context.end, high), OTHER_CLAUSE)
