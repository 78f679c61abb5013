"""Texts and values that nobody would write, and those that only an attacker would."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from assistant.safety.rules import project_rules
from tests.shared import unseen

# What parsers trip over: markup, format strings, commands of Rasa, other scripts, directions, joiners, halves of characters, no end.
NASTY = [
    "", " ", "\x00", "\ufeff", "\u202e\u2066", "\u200d\u200d", "e\u0301" * 40, "\U0001f600\u200d\u2640\ufe0f",
    "<script>alert(1)</script>", "{clinic.phone}", "{{7*7}}", "%s%n", "${jndi:x}", "/faq/price", '/faq{"a": 1}', "/restart", "EXTERNAL: x",
    "'; DROP TABLE events; --", "\r\nSet-Cookie: a=b", "../../etc/passwd", "\u0130\u0131\u00df\ufb03", "\u0645\u0631\u062d\u0628\u0627",
    "\u4f60\u597d", "1" * 400, "a" * 600, "no " * 60, "chest pain " * 30, "\u2019" * 50, "(((((", "?!?!?!" * 20, "and or and or",
]  # fmt: skip
WORDS = sorted(project_rules().vocabulary())
MESSAGES = [case.text for case in unseen()]

characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@st.composite
def messages(draw: st.DrawFn, longest: int = 5_000) -> str:
    """A message: pieces of real ones, of the rules' words, of nasty texts and of anything, up to `longest` characters."""
    piece = st.one_of(characters, st.sampled_from(NASTY), st.sampled_from(WORDS), st.sampled_from(MESSAGES))
    joint = draw(st.sampled_from([" ", "", ". ", ", ", "\n", "? ", " and "]))
    text = joint.join(draw(st.lists(piece, min_size=1, max_size=12)))
    return (text * draw(st.sampled_from([1, 1, 1, 3, 40])))[:longest]


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(), st.dates(), st.datetimes(), st.binary(max_size=8), characters,
    st.sampled_from(NASTY), st.sampled_from(WORDS),
)  # fmt: skip
keys = st.one_of(
    st.text(max_size=12), st.integers(), st.booleans(), st.none(), st.dates(), st.sampled_from(["id", "text", "metadata", "name"])
)
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)), max_leaves=12
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] + [place for key, child in inner for place in places(child, (*path, key))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with the value at a path replaced."""
    if not path:
        return new
    if isinstance(value, dict):
        return {**value, path[0]: replaced(value[path[0]], path[1:], new)}
    return [replaced(child, path[1:], new) if number == path[0] else child for number, child in enumerate(value)]


def added(value: Any, path: tuple[Any, ...], key: Any, new: Any) -> Any:
    """A copy with something added to the mapping at a path, or with the value there replaced."""
    at: Any = value
    for step in path:
        at = at[step]
    return replaced(value, path, {**at, key: new} if isinstance(at, dict) else new)
