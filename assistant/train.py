"""Trains the model when what it learns from has changed; a new wording or clinic fact is not among that."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from assistant import paths
from assistant.content.faults import ContentError, read_yaml
from assistant.content.renderer import Content, project_content
from assistant.understanding.conditions import project_lexicon
from assistant.understanding.encoder import EncoderError, load_encoder

MODEL = paths.MODELS / "dry-needling.tar.gz"
DIGEST = paths.MODELS / "dry-needling.sha256"
# Code whose change changes what is learned.
LEARNING = (
    "understanding/linear.py", "understanding/topics.py", "understanding/encoder.py", "understanding/compact.py",
    "understanding/embeddings.py", "understanding/text.py", "safety/alarms.py", "components/topic_classifier.py", "components/red_flags.py",
)  # fmt: skip


def digest() -> str:
    """A sha256 of everything the model learns from: examples, rules, domain, configuration, the learning code. Not the answers.

    Raises:
        ContentError: if a file cannot be read.
    """
    parts: list[Any] = [(paths.ROOT / name).read_text(encoding="utf-8") for name in ("domain.yml", "config.yml")]
    for path in sorted(paths.DATA.rglob("*.yml")):
        content = read_yaml(path)
        signs = [[sign.get(key) for key in ("tier", "examples", "near_misses")] for sign in content.get("red_flags", ())]
        responses = sorted(content.get("responses", {}))
        parts.append([str(path.relative_to(paths.DATA)), content.get("nlu"), content.get("rules"), responses, signs])
    parts.append(hashlib.sha256(paths.TUNING.read_bytes()).hexdigest() if paths.TUNING.is_file() else "")
    parts += [(paths.ROOT / "assistant" / name).read_text(encoding="utf-8") for name in LEARNING]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()


def check_inputs() -> Content:
    """Check everything that training and serving read; returns what the assistant can say.

    Raises:
        ContentError, EncoderError: naming each fault.
    """
    project_lexicon()
    content = project_content()
    load_encoder()
    return content


def is_current() -> bool:
    """Whether the model there is was trained from what there is now."""
    return MODEL.is_file() and DIGEST.is_file() and DIGEST.read_text() == digest()


def train() -> Path:
    """Train and store the model; returns where it is.

    Raises:
        SystemExit: if Rasa finds the training data or the configuration unusable.
    """
    from rasa.model_training import train as rasa_train

    learned_from = digest()  # now: what is edited while it trains is not in the model

    result = rasa_train(
        domain=str(paths.ROOT / "domain.yml"),
        config=str(paths.ROOT / "config.yml"),
        training_files=[str(paths.DATA)],
        output=str(paths.MODELS),
        fixed_model_name=MODEL.name.removesuffix(".tar.gz"),
        force_training=True,
    )
    if result.code or not result.model:
        sys.exit(f"Training failed (code {result.code}); what Rasa says above names the cause.")
    DIGEST.write_text(learned_from)
    return MODEL


def main() -> None:
    """Command line of `make train`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-needed", action="store_true", help="leave a model alone that is up to date")
    wanted = parser.parse_args()
    try:
        check_inputs()
        if wanted.if_needed and is_current():
            return
    except (ContentError, EncoderError) as error:
        sys.exit(str(error))
    print("Training on the examples in data/ (half a minute; a minute more the first time) ...", file=sys.stderr, flush=True)
    train()
    print(f"Trained: {MODEL}", file=sys.stderr)
