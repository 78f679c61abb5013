"""The approved answers in data/, checked against the register of sources and the clinic's list of facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.content.clinic import CALL_BACK, DERIVED, KEYS
from assistant.content.faults import IN_BRACES, QUOTED, ContentError, is_date, read_yaml, unknown
from assistant.content.sources import Source

BLANK = re.compile(r"\{([^{}]*)\}")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
NOT_SAID = {"closed_dates", "retention_days", *CALL_BACK}
OF_THE_CHAT = {"chat.messages"}  # what is known of a conversation only when it is asked for
KNOWN_BLANKS = {f"clinic.{key}" for key in (*KEYS, *DERIVED) if key not in NOT_SAID} | {"condition"} | OF_THE_CHAT
CLINIC, POLICY = "CLINIC", "POL"  # sources that say nothing about health
KINDS = ("answer", "handoff", "suggest", "decline", "red_flag", "smalltalk")
METADATA = {"question", "sources", "reviewed", "reviewer", "next_check", "next", "kind", "notice", "call_back", "opening"}
SHAPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "question": ("a text", lambda value: isinstance(value, str)),
    "reviewer": ("a name and role", lambda value: isinstance(value, str) and bool(value.strip())),
    "next": ("a list of topics", lambda value: isinstance(value, list) and all(isinstance(topic, str) for topic in value)),
    "notice": ("true or false", lambda value: isinstance(value, bool)),
    "call_back": ("true or false", lambda value: isinstance(value, bool)),
    "opening": ("true or false", lambda value: isinstance(value, bool)),
}


@dataclass(frozen=True)
class Answer:
    """One stored text.

    Attributes:
        key: the Rasa response name, such as `utter_faq/price`.
        sentences: the text, a sentence each, blanks not yet filled.
        sources: for each sentence the ids of what it rests on.
        kind: what the reply is, as in the reply contract.
        question: the stored question, shown on a button; empty where the text answers none.
        next: topics offered as follow-up questions.
        notice: whether the reply says that it is information, not advice.
        call_back: whether the reply offers that the clinic calls back.
        opening: whether the reply says if the clinic is open now.
        reviewed: the day the text was last checked.
        reviewer: who signed it, where that is not who signed for the whole clinic.
        next_check: the day by which it must be checked again, where that is not a year on.
    """

    key: str
    sentences: list[str]
    sources: list[list[str]]
    kind: str
    question: str
    reviewed: date | None
    next: list[str]
    notice: bool
    reviewer: str = ""
    next_check: date | None = None
    call_back: bool = False
    opening: bool = False

    @property
    def is_clinical(self) -> bool:
        """Whether it states something about health: whether it rests on more than policies and the clinic's own facts."""
        return any(name != CLINIC and not name.startswith(POLICY) for names in self.sources for name in names)

    @property
    def topic(self) -> str:
        """The part of the key after the slash, or nothing: `price` for `utter_faq/price`."""
        return self.key.partition("/")[2]


def split_sentences(text: str) -> list[str]:
    """Sentences of a stored text, which ends each with a full stop, question mark or exclamation mark."""
    return [sentence for sentence in SENTENCE_END.split(text.strip()) if sentence]


def load_answers(paths: Iterable[Path], sources: dict[str, Source]) -> dict[str, Answer]:
    """Every answer by key, from Rasa response files.

    Raises:
        ContentError: with every fault found in every file.
    """
    answers: dict[str, Answer] = {}
    faults: list[str] = []
    for path in paths:
        try:
            responses = read_yaml(path).get("responses", {})
        except ContentError as error:
            faults += error.faults
            continue
        if not isinstance(responses, dict):
            faults.append(f"{path.name}: 'responses' is {responses!r}; expected answers by name.")
            continue
        for key, variations in responses.items():
            if key in answers:
                faults.append(f"{path.name}: '{key}' stands twice in the data; an answer has one place.")
            found = _faults(key, variations, sources)
            faults += [f"{path.name}: {key}: {fault}" for fault in found]
            if not found:
                answers[key] = _answer(key, variations[0])
    # A link to an answer that has a fault of its own would only hide that fault.
    if faults := faults or _broken_links(answers):
        raise ContentError(faults)
    return answers


def _answer(key: str, response: dict[str, Any]) -> Answer:
    metadata = {name: value for name, value in response.get("metadata", {}).items() if value is not None}
    reviewed = metadata.get("reviewed")
    return Answer(
        key=key,
        sentences=split_sentences(response["text"]),
        sources=metadata.get("sources", []),
        kind=metadata.get("kind", "answer"),
        question=metadata.get("question", ""),
        reviewed=date.fromisoformat(reviewed) if reviewed else None,
        next=metadata.get("next", []),
        notice=metadata.get("notice", False),
        reviewer=metadata.get("reviewer", ""),
        next_check=date.fromisoformat(metadata["next_check"]) if metadata.get("next_check") else None,
        call_back=metadata.get("call_back", False),
        opening=metadata.get("opening", False),
    )


def _faults(key: str, variations: Any, sources: dict[str, Source]) -> list[str]:
    if not isinstance(variations, list) or len(variations) != 1 or not isinstance(variations[0], dict):
        return ["expected exactly one answer, as a list of one with `text` and `metadata`."]
    response = variations[0]
    text, metadata = response.get("text"), response.get("metadata", {})
    if not isinstance(text, str) or not text.strip():
        return ["'text' is missing; expected the answer."]
    if not isinstance(metadata, dict):
        return [f"'metadata' is {metadata!r}; expected keys with values."]
    # A key without a value says no more than one that is not there.
    metadata = {name: value for name, value in metadata.items() if value is not None}
    faults = [
        f"'{name}' is {metadata[name]!r}; expected {expected}."
        for name, (expected, is_valid) in SHAPES.items()
        if name in metadata and not is_valid(metadata[name])
    ]
    if "\n\n" in text.strip():
        faults.append("'text' has a blank line, which would split it into two messages; expected one paragraph.")
    for blank in BLANK.findall(text):
        if blank not in KNOWN_BLANKS:
            faults.append(unknown("blank", blank, KNOWN_BLANKS, IN_BRACES))
    if re.search(r"[{}]", BLANK.sub("", text)):
        faults.append("'text' has a brace that belongs to no blank.")
    faults += [unknown("metadata", str(name), METADATA, QUOTED) for name in response.get("metadata", {}) if name not in METADATA]
    if (kind := metadata.get("kind", "answer")) not in KINDS:
        faults.append(f"'kind' is {kind!r}; expected one of {', '.join(KINDS)}.")
    return faults + _source_faults(text, metadata, sources) + _date_faults(metadata)


def _source_faults(text: str, metadata: dict[str, Any], sources: dict[str, Source]) -> list[str]:
    cited = metadata.get("sources")
    if cited is None:
        return []
    if not isinstance(cited, list) or not all(isinstance(ids, list) and all(isinstance(name, str) for name in ids) for ids in cited):
        return ["'sources' must be a list with one list of source ids for each sentence."]
    faults = [f"source '{name}' is not in docs/sources.md." for ids in cited for name in ids if name not in sources]
    sentences = split_sentences(text)
    if len(cited) != len(sentences):
        faults.append(f"'sources' has {len(cited)} lists for {len(sentences)} sentences; expected one for each.")
    return faults


def _date_faults(metadata: dict[str, Any]) -> list[str]:
    faults = []
    for key in ("reviewed", "next_check"):
        value = metadata.get(key)
        # Rasa cannot store a date, so an unquoted one would end the training with an obscure error.
        if value is not None and not isinstance(value, str):
            faults.append(f"'{key}' is {value} without quotes; expected a date in quotes, such as \"2026-11-22\".")
        elif value is not None and not is_date(value):
            faults.append(f"'{key}' is {value!r}; expected a date such as \"2026-11-22\".")
    if not faults and metadata.get("next_check") and metadata["next_check"] <= metadata.get("reviewed", ""):
        faults.append(f"'next_check' is {metadata['next_check']!r}; expected a day after 'reviewed'.")
    return faults


def _broken_links(answers: dict[str, Answer]) -> list[str]:
    return [
        f"{answer.key}: next topic '{topic}' has no answer utter_faq/{topic}."
        for answer in answers.values()
        for topic in answer.next
        if f"utter_faq/{topic}" not in answers
    ]
