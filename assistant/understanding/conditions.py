"""Recognises the complaints a patient names, in lay words, from data/conditions.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from assistant import paths
from assistant.content.faults import ContentError, is_texts, read_yaml
from assistant.safety.phrases import words_of
from assistant.understanding.text import Reader, english

OTHER = "condition_other"
BETWEEN = {"my", "the", "his", "her", "a", "for", "in"}  # may stand between "not" and the complaint it denies


class Condition(NamedTuple):
    """A complaint: its topic (`condition_other` when it has no answer of its own) and what the assistant calls it."""

    topic: str
    name: str


class Mention(NamedTuple):
    """A complaint found in a message; `is_part` when only a body part was named. Offsets are characters of the document's text."""

    condition: Condition
    start: int
    end: int
    is_part: bool


class Lexicon:
    """The checked content of data/conditions.yml: phrase to complaint, and body part to complaint."""

    def __init__(self, phrases: dict[str, Condition], parts: dict[str, Condition]) -> None:
        self.phrases = phrases
        self.parts = parts

    def vocabulary(self) -> set[str]:
        """Every plain word in the lexicon."""
        return {word for phrase in [*self.phrases, *self.parts] for word in words_of(phrase)}


def load_lexicon(path: Path) -> Lexicon:
    """Read and check the lexicon.

    Raises:
        ContentError: with every fault found.
    """
    content = read_yaml(path)
    shapes = {"listed": (dict, "complaints by topic"), "unlisted": (list, "a list of complaints")}
    faults = [f"{path.name}: '{key}' is missing." for key in shapes if not content.get(key)]
    faults += [
        f"{path.name}: '{key}' is {content[key]!r}; expected {expected}."
        for key, (shape, expected) in shapes.items()
        if content.get(key) and not isinstance(content[key], shape)
    ]
    if faults:
        raise ContentError(faults)
    entries = [(topic, entry) for topic, entry in content["listed"].items()]
    entries += [(OTHER, entry) for entry in content["unlisted"]]
    phrases: dict[str, Condition] = {}
    parts: dict[str, Condition] = {}
    for topic, entry in entries:
        if not isinstance(entry, dict) or not entry.get("name") or not entry.get("phrases"):
            has = sorted(map(str, entry)) if isinstance(entry, dict) else entry
            faults.append(f"{path.name}: {topic}: has {has!r}; expected 'name' and 'phrases'.")
            continue
        if wrong := [key for key in ("phrases", "parts") if not is_texts(entry.get(key) or [])]:
            faults += [f"{path.name}: {topic}: '{key}' is {entry[key]!r}; expected a list of texts." for key in wrong]
            continue
        condition = Condition(str(topic), str(entry["name"]))
        for found, target in ((entry["phrases"], phrases), (entry.get("parts") or [], parts)):
            for phrase in found:
                if phrase in target:
                    faults.append(f"{path.name}: {condition.name}: {phrase!r} already stands under {target[phrase].name}.")
                target[phrase] = condition
    if faults:
        raise ContentError(faults)
    return Lexicon(phrases, parts)


@cache
def project_lexicon() -> Lexicon:
    """The complaints of data/conditions.yml, read once for all who need them.

    Raises:
        ContentError: with every fault found.
    """
    return load_lexicon(paths.DATA / "conditions.yml")


class ConditionFinder:
    """Finds mentions in a document. A named complaint wins over a body part inside it, and a longer phrase over a shorter one."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        reader = Reader(lexicon.vocabulary())
        self._matcher = PhraseMatcher(english().vocab, attr="NORM")
        for kind, table in (("phrase", lexicon.phrases), ("part", lexicon.parts)):
            for phrase in table:
                self._matcher.add(f"{kind}:{phrase}", [reader.read(phrase)])

    def find(self, doc: Doc) -> list[Mention]:
        """Mentions in the order of the text, without overlaps; "for my knee, not my neck" mentions the knee alone."""
        spans = filter_spans(self._matcher(doc, as_spans=True))
        meant = [span for span in spans if not _is_denied(span)] or spans
        return [self._mention(span.label_, span.start_char, span.end_char) for span in meant]

    def _mention(self, label: str, start: int, end: int) -> Mention:
        kind, _, phrase = label.partition(":")
        table = self._lexicon.phrases if kind == "phrase" else self._lexicon.parts
        return Mention(table[phrase], start, end, kind == "part")


def _is_denied(span: Span) -> bool:
    before = [token.norm_ for token in span.doc[max(0, span.start - 2) : span.start]]
    return before[-1:] == ["not"] or (before[:1] == ["not"] and before[-1] in BETWEEN)
