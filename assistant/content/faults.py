"""Reading content files, and telling every fault in them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

QUOTED, IN_BRACES = "'{}'", "{{{}}}"  # how a key and a blank are written
# What files of ours never come near to. A deeper one ends the process within the YAML reader, which is written in C, and one whose
# aliases repeat each other (a "YAML bomb") fills the memory as soon as it is shown in a fault.
DEEPEST = 50
MOST_VALUES = 200_000
BRACKETS = re.compile(r"[\[\]{}]")
NESTED_IN_A_LINE = re.compile(rf"^[ \t]*(?:[-?:][ \t]+){{{DEEPEST},}}", re.MULTILINE)
# What the reader raises for values that look like a date or a number and are none, and for keys that cannot be one
UNREADABLE = (YAMLError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)


class _Literal(SafeConstructor):
    """Takes "${NAME}" as it stands. Rasa, once imported, has every reader of YAML put the environment's value there: a secret, perhaps."""


_Literal.add_constructor("!env_var", lambda loader, node: loader.construct_scalar(node))


class ContentError(Exception):
    """One or more faults in content files; each line names the file, the key, what was found and what was expected."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; a key given twice is a fault.

    Raises:
        ContentError: if the file is missing, is not YAML, or holds no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError([f"{path.name}: the file is missing; expected at {path}."]) from None
    except OSError as error:
        raise ContentError([f"{path.name}: cannot be read: {error.strerror}; expected a file at {path}."]) from None
    except UnicodeDecodeError as error:
        raise ContentError([f"{path.name}: not UTF-8 text ({error.reason} at byte {error.start}); save the file as UTF-8."]) from None
    if _is_deep(text):
        raise ContentError([f"{path.name}: has brackets or dashes within each other more than {DEEPEST} deep; expected a few."])
    reader = YAML(typ="safe")
    reader.Constructor = _Literal
    try:
        content = reader.load(text)
    except UNREADABLE as error:
        raise ContentError(
            [f"{path.name}: {_in_one_line(error)}; look for a missing colon, quote or bracket, or for uneven spaces."]
        ) from None
    if not isinstance(content, dict):
        raise ContentError([f"{path.name}: holds {type(content).__name__}, expected keys with values."])
    if _is_too_much(content):
        raise ContentError([f"{path.name}: holds more than {MOST_VALUES} values; expected no alias (*) that repeats another."])
    return content


def is_texts(value: Any) -> bool:
    """Whether it is a list of texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_deep(text: str) -> bool:
    depth = 0
    for bracket in BRACKETS.finditer(text):
        depth = max(0, depth + (1 if bracket[0] in "[{" else -1))
        if depth > DEEPEST:
            return True
    return NESTED_IN_A_LINE.search(text) is not None


def _is_too_much(content: Any) -> bool:
    waiting, counted = [content], 0
    while waiting and counted <= MOST_VALUES:
        value = waiting.pop()
        inner = [*value, *value.values()] if isinstance(value, dict) else [*value] if isinstance(value, (list, set, tuple)) else []
        counted += 1
        waiting += inner[: MOST_VALUES + 1]
    return counted > MOST_VALUES


def is_date(text: str) -> bool:
    """Whether a text is a day as ISO 8601 writes it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _in_one_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or (str(error).splitlines() or [type(error).__name__])[0]
    return f"line {mark.line + 1} cannot be read ({problem})" if mark else f"cannot be read ({problem})"


def unknown(what: str, name: object, known: Iterable[str], written: str = "{}") -> str:
    """That a name is not known, with what was probably meant, or all that is known.

    Args:
        what: it names, such as "key".
        written: how the name is written in the file.
    """
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1, cutoff=0.75)
    instead = f"did you mean {written.format(near[0])}?" if near else f"known are {', '.join(names)}."
    return f"unknown {what} {written.format(name)}; {instead}"
