"""How often the redactor finds what it should and changes what it should not, on messages it was not made from, beside its peer."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.privacy.redaction import project_redactor
from tests.privacy.messages import Found, Message, count, messages
from tests.privacy.presidio import RESULT
from tests.shared import HELD_OUT, held_out, unseen


class Peer(NamedTuple):
    """What presidio found of each kind, and the messages without an identifier that it changed, its dates left out."""

    found: dict[str, int]
    changed: int


class Measured(NamedTuple):
    """Ours on the two sets and on the project's own messages, and the peer's on the two sets."""

    unseen: Found
    outside: Found
    held_out: Found
    examples: Found
    peer: dict[str, Peer]
    peer_version: str


@cache
def measure() -> Measured:
    """Redact every set, once."""
    peer = json.loads(RESULT.read_text(encoding="utf-8"))
    return Measured(
        count(messages("unseen.txt"), _find),
        count(messages("outside.txt"), _find),
        count([Message(text, []) for text in held_out_messages()], _find),
        count([Message(text, []) for text in examples()], _find),
        {name: Peer(figures["found"], figures["changed"]) for name, figures in peer["sets"].items()},
        peer["version"],
    )


def held_out_messages() -> list[str]:
    """The messages that the understanding and the warning signs are measured on."""
    questions = [text for path in sorted(HELD_OUT.glob("*.yml")) for text, _ in held_out(path.name)]
    turns = [json.loads(line)["turns"] for line in (HELD_OUT / "conversations.jsonl").read_text(encoding="utf-8").splitlines()]
    several = (HELD_OUT / "several.tsv").read_text(encoding="utf-8").splitlines()
    said = [turn if isinstance(turn, str) else turn["text"] for conversation in turns for turn in conversation]
    parts = [line.split("\t")[-1] for line in several if line and not line.startswith("#")]
    return questions + said + parts + [case.text for case in unseen()]


def examples() -> list[str]:
    """What the understanding is trained on."""
    entries = [entry["examples"] for path in sorted((paths.DATA / "nlu").glob("*.yml")) for entry in read_yaml(path)["nlu"]]
    return [text for entry in entries for text in ([example["text"] for example in entry] if isinstance(entry, list) else _lines(entry))]


def _lines(entry: str) -> list[str]:
    return [line.removeprefix("- ") for line in entry.splitlines()]


def _find(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in project_redactor().find(text)]
