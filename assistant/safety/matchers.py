"""Thousands of spaCy matcher patterns, of which a message is only tried against those whose words it has.

One `Matcher` with every pattern takes 8 ms for a short message, most of a turn: it tries each pattern at each word. Hardly any
pattern has all its words in a message, and an index of the words tells which.
"""

from __future__ import annotations

from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from assistant.safety.phrases import TokenPattern, words_wanted

Want = tuple[frozenset[str], frozenset[str]]  # words one of which must be there, and beginnings of words one of which may be instead


class Matchers:
    """Patterns under keys; what `spacy.matcher.Matcher` finds, in a twentieth of the time."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._keys: list[str] = []
        self._wants: dict[Want, int] = {}
        self._by_word: dict[str, set[int]] = {}
        self._by_beginning: dict[str, set[int]] = {}
        # For each pattern: its key, the numbers of what it wants, itself. Patterns stand under the first thing they want.
        self._patterns: dict[int, list[tuple[str, tuple[int, ...], list[TokenPattern]]]] = {}
        self._made: dict[int, Matcher] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, patterns: list[list[TokenPattern]]) -> None:
        """Add alternative patterns under a key."""
        self._keys.append(key)
        for pattern in patterns:
            wants = tuple(self._number((frozenset(words), frozenset(beginnings))) for words, beginnings in words_wanted(pattern))
            self._patterns.setdefault(wants[0], []).append((key, wants, pattern))

    def _number(self, want: Want) -> int:
        if want not in self._wants:
            number = self._wants[want] = len(self._wants)
            for index, texts in zip((self._by_word, self._by_beginning), want):
                for text in texts:
                    index.setdefault(text, set()).add(number)
        return self._wants[want]

    def find(self, doc: Doc) -> dict[str, list[Span]]:
        """The spans found, by key, each key's in the order of the text."""
        there: set[int] = set()
        for word in {token.norm_ for token in doc}:
            there |= self._by_word.get(word, set())
            for length in range(1, len(word) + 1):
                there |= self._by_beginning.get(word[:length], set())
        found: dict[str, list[Span]] = {}
        for first in there:
            for key, wants, pattern in self._patterns.get(first, ()):
                if there.issuperset(wants):
                    found.setdefault(key, []).extend(self._matcher(key, pattern)(doc, as_spans=True))
        return {key: sorted(set(spans), key=lambda span: (span.start, span.end)) for key, spans in found.items() if spans}

    def _matcher(self, key: str, pattern: list[TokenPattern]) -> Matcher:
        """The matcher of one pattern, made when it is first needed: few ever are."""
        if id(pattern) not in self._made:
            self._made[id(pattern)] = Matcher(self._vocab, validate=False)
            self._made[id(pattern)].add(key, [pattern])
        return self._made[id(pattern)]
