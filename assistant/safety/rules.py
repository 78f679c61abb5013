"""The red flags of data/safety.yml, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.content.answers import BLANK
from assistant.content.clinic import KEYS as CLINIC_KEYS
from assistant.content.faults import QUOTED, ContentError, is_date, is_texts, read_yaml, unknown
from assistant.content.sources import Source, load_sources
from assistant.safety.phrases import PhraseError, compile_phrase, words_of

# Most urgent first: of several signs in one message, the first tier's text is the one sent.
TIERS = ("emergency", "crisis", "safeguarding", "same_day")
# A safety text may name only facts that every clinic must give: it can never come out with a hole.
BLANKS = {f"clinic.{name}" for name, key in CLINIC_KEYS.items() if key.required}
CONTEXTS = ("negation", "question", "past")
# Phrases that take the effect of a context away: "no relief" denies nothing where it stands; after "right now" nothing in the
# message is a mere question or long past.
LIFTS = {"no_denial": ("negation",), "ongoing": ("question", "past")}
TEXTS = ("id", "name", "tier", "adds")
LISTS = ("sources", "signs", "unless", "even_if", "examples", "near_misses")
KEYS = {*TEXTS, *LISTS}


@dataclass(frozen=True)
class RedFlag:
    """One warning sign.

    Attributes:
        signs: phrases that raise it.
        unless: phrases that, in the same sentence, say it is something else.
        even_if: contexts (negation, question, past) that do not silence it.
        adds: sentences put into the tier's text for this sign.
    """

    id: str
    name: str
    tier: str
    sources: list[str]
    signs: list[str]
    unless: list[str]
    even_if: list[str]
    adds: str
    examples: list[str]
    near_misses: list[str]


@dataclass(frozen=True)
class SafetyRules:
    """Everything in data/safety.yml.

    Attributes:
        texts: each tier's reply, blanks unfilled.
        if_now: each tier's warning beside an answer, blanks unfilled.
        contexts: the phrases of each context, and of what lifts one.
    """

    reviewed: str
    texts: dict[str, str]
    if_now: dict[str, str]
    groups: dict[str, list[str]]
    contexts: dict[str, list[str]]
    red_flags: list[RedFlag]

    def vocabulary(self) -> set[str]:
        """Every plain word the rules look for."""
        phrases = [phrase for flag in self.red_flags for phrase in flag.signs]
        return {word for phrase in [*phrases, *(word for group in self.groups.values() for word in group)] for word in words_of(phrase)}


def load_rules(path: Path, sources: dict[str, Source]) -> SafetyRules:
    """Read and check the safety rules.

    Raises:
        ContentError: with every fault found.
    """
    content = read_yaml(path)
    faults = [f"'{key}' is missing." for key in ("reviewed", "texts", "if_now", "groups", "contexts", "red_flags") if key not in content]
    faults = faults or _misshapen(content)
    if faults:
        raise ContentError([f"{path.name}: {fault}" for fault in faults])
    groups: dict[str, list[str]] = {name: [str(word) for word in words] for name, words in content["groups"].items()}
    faults += [f"{key}: '{tier}' is missing." for key in ("texts", "if_now") for tier in TIERS if tier not in content[key]]
    if not is_date(str(content["reviewed"])):
        faults.append(f"'reviewed' is {content['reviewed']!r}; expected a date such as \"2026-11-22\".")
    faults += [f"contexts: '{name}' is missing." for name in (*CONTEXTS, *LIFTS) if name not in content["contexts"]]
    faults += [
        f"{key}: {unknown('tier', str(tier), TIERS, QUOTED)}" for key in ("texts", "if_now") for tier in content[key] if tier not in TIERS
    ]
    for tier, text in content["texts"].items():
        faults += [f"texts: {tier}: {fault}" for fault in _blank_faults(text, BLANKS | {"adds"})]
    for tier, text in content["if_now"].items():
        faults += [f"if_now: {tier}: {fault}" for fault in _blank_faults(text, BLANKS)]
    for name, phrases in content["contexts"].items():
        faults += [f"contexts: {name}: {fault}" for fault in _phrase_faults(phrases, groups)]
    ids = [entry.get("id") for entry in content["red_flags"]]
    faults += [
        f"{name}: stands twice; a warning sign has one place." for name in sorted({str(name) for name in ids if ids.count(name) > 1})
    ]
    for entry in content["red_flags"]:
        faults += [f"{entry.get('id', 'a red flag with no id')}: {fault}" for fault in _faults(entry, groups, sources)]
    if faults:
        raise ContentError([f"{path.name}: {fault}" for fault in faults])
    return SafetyRules(
        str(content["reviewed"]),
        content["texts"],
        content["if_now"],
        groups,
        content["contexts"],
        [_red_flag(entry) for entry in content["red_flags"]],
    )


@cache
def project_rules() -> SafetyRules:
    """The rules of data/safety.yml, read once for all who need them.

    Raises:
        ContentError: with every fault found.
    """
    return load_rules(paths.DATA / "safety.yml", load_sources(paths.SOURCES))


def _misshapen(content: dict[str, Any]) -> list[str]:
    """What is no mapping, list or text where the rest of the checks count on one."""
    faults = [
        f"'{key}' is {content[key]!r}; expected {expected}."
        for key, shape, expected in (
            ("texts", dict, "a text for each tier"),
            ("if_now", dict, "a text for each tier"),
            ("groups", dict, "words by the name of their group"),
            ("contexts", dict, "phrases by context"),
            ("red_flags", list, "a list of warning signs"),
        )
        if not isinstance(content[key], shape)
    ]
    if faults:
        return faults
    faults = [
        f"{key}: '{tier}' is {text!r}; expected a text."
        for key in ("texts", "if_now")
        for tier, text in content[key].items()
        if not isinstance(text, str)
    ]
    faults += [
        f"groups: '{name}' is {words!r}; expected a list of words."
        for name, words in content["groups"].items()
        if not isinstance(words, list)
    ]
    faults += [
        f"contexts: '{name}' is {phrases!r}; expected a list of phrases."
        for name, phrases in content["contexts"].items()
        if not is_texts(phrases)
    ]
    for entry in content["red_flags"]:
        if not isinstance(entry, dict):
            faults.append(f"red_flags: {entry!r} has no keys; expected a warning sign with {', '.join(sorted(KEYS))}.")
            continue
        name = entry.get("id", "a red flag with no id")
        faults += [f"{name}: '{key}' is {entry[key]!r}; expected a text." for key in TEXTS if not isinstance(entry.get(key) or "", str)]
        faults += [
            f"{name}: '{key}' is {entry[key]!r}; expected a list, each item after a dash."
            for key in LISTS
            if not is_texts(entry.get(key) or [])
        ]
    return faults


def _red_flag(entry: dict[str, Any]) -> RedFlag:
    return RedFlag(
        id=entry["id"],
        name=entry["name"],
        tier=entry["tier"],
        sources=entry["sources"],
        signs=entry["signs"],
        unless=entry.get("unless") or [],
        even_if=entry.get("even_if") or [],
        adds=entry.get("adds") or "",
        examples=entry.get("examples") or [],
        near_misses=entry.get("near_misses") or [],
    )


def _faults(entry: dict[str, Any], groups: dict[str, list[str]], sources: dict[str, Source]) -> list[str]:
    faults = [f"'{key}' is missing." for key in ("id", "name", "tier", "sources", "signs") if not entry.get(key)]
    faults += [unknown("key", str(name), KEYS, QUOTED) for name in entry if name not in KEYS]
    if entry.get("tier") not in TIERS:
        faults.append(f"'tier' is {entry.get('tier')!r}; expected one of {', '.join(TIERS)}.")
    faults += [f"source '{name}' is not in docs/sources.md." for name in entry.get("sources") or [] if name not in sources]
    faults += [f"'adds': {fault}" for fault in _blank_faults(entry.get("adds") or "", BLANKS)]
    faults += [f"'even_if' has {name!r}; expected {', '.join(CONTEXTS)}." for name in entry.get("even_if") or [] if name not in CONTEXTS]
    return faults + _phrase_faults([*(entry.get("signs") or []), *(entry.get("unless") or [])], groups)


def _blank_faults(text: str, allowed: set[str]) -> list[str]:
    return [f"blank '{{{blank}}}'; expected one of {', '.join(sorted(allowed))}." for blank in BLANK.findall(text) if blank not in allowed]


def _phrase_faults(phrases: list[str], groups: dict[str, list[str]]) -> list[str]:
    faults = []
    for phrase in phrases:
        try:
            compile_phrase(phrase, groups)
        except PhraseError as error:
            faults.append(f"phrase {phrase!r}: {str(error).rstrip('.?')}" + ("?" if str(error).endswith("?") else "."))
    return faults
