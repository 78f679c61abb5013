"""What several tests read or make up: the trained models and their limits, the held-out messages, an encoder that embeds nothing."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

import numpy as np

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.safety.rules import project_rules
from assistant.train import MODEL
from assistant.understanding.conditions import Lexicon, load_lexicon
from assistant.understanding.text import Reader

T = TypeVar("T")
HELD_OUT = paths.ROOT / "tests" / "heldout"
UNSEEN = paths.ROOT / "tests" / "safety" / "unseen.tsv"


class Case(NamedTuple):
    """A message and the tier it should raise, or `none`; `item` says what it is or resembles."""

    tier: str
    item: str
    text: str


def unseen() -> list[Case]:
    """Warning signs, near misses and ordinary messages that neither detector was made from."""
    lines = UNSEEN.read_text(encoding="utf-8").splitlines()
    return [Case(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def held_out(name: str) -> list[tuple[str, str]]:
    """The questions of a file in tests/heldout/, each with its full intent."""
    entries = read_yaml(HELD_OUT / name)["nlu"]
    return [(line.removeprefix("- "), entry["intent"]) for entry in entries for line in entry["examples"].splitlines()]


def trained(load: Callable[[Path], T], described: str) -> T:
    """A model that `make train` trained: what `load` makes of the directory with that file."""
    with TemporaryDirectory() as directory, tarfile.open(MODEL) as archive:
        archive.extractall(directory)
        (found,) = Path(directory).rglob(described)
        return load(found.parent)


def configured(component: str) -> dict[str, float]:
    """The settings of a component in config.yml."""
    (entry,) = [entry for entry in read_yaml(paths.ROOT / "config.yml")["pipeline"] if entry["name"].endswith(f".{component}")]
    return {name: value for name, value in entry.items() if name != "name"}


def real_lexicon() -> Lexicon:
    """The complaints of data/conditions.yml."""
    return load_lexicon(paths.DATA / "conditions.yml")


def real_reader() -> Reader:
    """What reads a message as the running assistant does."""
    return Reader(project_rules().vocabulary() | real_lexicon().vocabulary())


class Encode:
    """Embeds nothing, and tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.zeros((len(texts), 384), dtype=np.float32)
