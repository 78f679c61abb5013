"""The small language in which a clinician writes a warning sign, and its compilation to spaCy matcher patterns.

    can not breathe            these words in this order, up to three others between two of them
    breath*                    any word that begins so
    (lip|lips|face)            any one of these; an alternative may be several words: (out of|short of)
    {pain}                     any one of the words listed under that name; also as an alternative: ({pain}|odd)
    chest + {pain}             both in the message, in any order, at most twelve words apart

Words are matched on the normalised token: lower case, "can't" and "cant" as "can not", spelling slips mended.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import Any

from assistant.content.faults import IN_BRACES, unknown
from assistant.understanding.text import english

GAP = 3  # words that may stand between two words of a phrase
ITEM = re.compile(r"\{(?P<group>\w+)\}|\((?P<choice>[^()]*)\)|(?P<word>[\w*'-]+)")
GROUP = re.compile(r"\{(\w+)\}")
ANY_ENDING = r"\w*"
SENTENCE_BREAKS = (".", "!", "?", ";")
TokenPattern = dict[str, Any]


class PhraseError(ValueError):
    """A phrase that is not written in the language above."""


def compile_phrase(phrase: str, groups: dict[str, list[str]]) -> list[list[list[TokenPattern]]]:
    """One list of alternative patterns for each part of a phrase; parts are what stands between `+` signs.

    Raises:
        PhraseError: naming what cannot be read.
    """
    return [_compile_part(part.strip(), groups) for part in phrase.split("+")]


def words_of(phrase: str) -> set[str]:
    """The plain words in a phrase, for the spelling vocabulary."""
    return {word for word in re.findall(r"[a-z]+\*?", re.sub(r"\{\w+\}", " ", phrase.lower())) if not word.endswith("*")}


def words_wanted(pattern: list[TokenPattern]) -> list[tuple[list[str], list[str]]]:
    """For each word that a pattern needs: the whole words that will do, and the beginnings of words that will."""
    needed = [token for token in pattern if "OP" not in token]
    return [(token["NORM"]["IN"], []) if "IN" in token["NORM"] else _from_expression(token["NORM"]["REGEX"]) for token in needed]


def _from_expression(expression: str) -> tuple[list[str], list[str]]:
    bodies = expression.removeprefix("^(?:").removesuffix(")$").split("|")
    beginnings = [re.sub(r"\\(.)", r"\1", body.removesuffix(ANY_ENDING)) for body in bodies if body.endswith(ANY_ENDING)]
    return [re.sub(r"\\(.)", r"\1", body) for body in bodies if not body.endswith(ANY_ENDING)], beginnings


def _compile_part(part: str, groups: dict[str, list[str]]) -> list[list[TokenPattern]]:
    part = part.lower()
    if not part or ITEM.sub("", part).strip():
        raise PhraseError(f"cannot read {part!r}; expected words, (a|b), {{group}}, joined by spaces or +")
    choices = [_alternatives(item, groups) for item in ITEM.finditer(part)]
    # Single words share one pattern; alternatives of several words multiply the patterns.
    return [_join(combination) for combination in product(*(_merge(choice) for choice in choices))]


def _alternatives(item: re.Match[str], groups: dict[str, list[str]]) -> list[str]:
    if name := item["group"]:
        return _group(name, groups)
    if (choice := item["choice"]) is None:
        return [item["word"]]
    alternatives: list[str] = []
    for alternative in choice.split("|"):
        if not alternative.strip():
            raise PhraseError(f"cannot read '({choice})'; one of its alternatives is empty")
        named = GROUP.fullmatch(alternative.strip())
        if not named and set(alternative) & set("{}"):
            raise PhraseError(f"cannot read {alternative!r}; a {{group}} stands alone between two bars")
        alternatives += _group(named[1], groups) if named else [alternative.strip()]
    return alternatives


def _group(name: str, groups: dict[str, list[str]]) -> list[str]:
    if name not in groups:
        raise PhraseError(unknown("group", name, groups, IN_BRACES))
    return [word.lower() for word in groups[name]]


def _merge(alternatives: list[str]) -> list[list[TokenPattern]]:
    single: list[str] = []
    several: list[list[TokenPattern]] = []
    for alternative in alternatives:
        words = _norms(alternative)
        if len(words) == 1:
            single.append(words[0])
        else:
            several.append([_token([word]) for word in words])
    return ([[_token(single)]] if single else []) + several


def _norms(text: str) -> list[str]:
    """The words of an alternative as the tokenizer will see them, a final * kept."""
    return [norm for word in text.split() for norm in ([word] if word.endswith("*") else _norms_of_a_word(word))]


@cache
def _norms_of_a_word(word: str) -> list[str]:
    return [token.norm_ for token in english().tokenizer(word)]


def _token(words: list[str]) -> TokenPattern:
    if any(word.endswith("*") for word in words):
        bodies = [re.escape(word[:-1]) + ANY_ENDING if word.endswith("*") else re.escape(word) for word in words]
        return {"NORM": {"REGEX": f"^(?:{'|'.join(bodies)})$"}}
    return {"NORM": {"IN": words}}


def _join(runs: tuple[list[TokenPattern], ...]) -> list[TokenPattern]:
    gap = {"NORM": {"NOT_IN": list(SENTENCE_BREAKS)}, "OP": f"{{0,{GAP}}}"}
    pattern: list[TokenPattern] = []
    for run in runs:
        pattern += ([gap] if pattern else []) + run
    return pattern
