"""Prints the examples for scripts/tune-encoder: a JSON line each, with the text as the encoder will see it and its label."""

from __future__ import annotations

import json
from collections.abc import Iterator

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.understanding.text import clean, without_treatment


def examples() -> Iterator[tuple[str, str]]:
    """Text and label of every example that means something alone; a follow-up has no meaning without what it follows."""
    for path in sorted(paths.DATA.rglob("*.yml")):
        for entry in read_yaml(path).get("nlu") or []:
            if isinstance(entry.get("examples"), str) and "intent" in entry:
                for line in entry["examples"].splitlines():
                    yield without_treatment(clean(line.removeprefix("- "))), entry["intent"]


def main() -> None:
    """Command line of scripts/tune-encoder's first step."""
    for text, label in examples():
        print(json.dumps({"text": text, "label": label}))


if __name__ == "__main__":
    main()
