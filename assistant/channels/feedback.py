"""What patients say of an answer: kept with the topic and the model, never with who said it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from assistant import paths
from assistant.train import DIGEST

KEPT = paths.STATE / "feedback.jsonl"
LONGEST = 500  # characters


def keep(topic: str, helpful: bool, words: str = "", kept: Path = KEPT) -> None:
    """Add a line to the file: the day, the topic, whether it helped, what was said, and the model that answered."""
    model = DIGEST.read_text(encoding="utf-8")[:12] if DIGEST.is_file() else ""
    line = {"day": date.today().isoformat(), "topic": topic, "helpful": helpful, "words": words, "model": model}
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")
