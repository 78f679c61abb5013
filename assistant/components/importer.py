"""Rasa importer for the files of data/: what Rasa's own reads in half a minute, in some seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import story_graph_from_paths
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import paths
from assistant.content.faults import read_yaml


class Example(Message):
    """An example that nothing changes after it was read.

    Rasa merges its training data six times; each time it copies every message to the bottom and works out anew what tells it from others.
    """

    def __deepcopy__(self, _: dict[int, Any]) -> Example:
        return self

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; one that has the value already stays, with what was worked out from it."""
        if add_to_output or self.get(prop) != info:
            super().set(prop, info, add_to_output)

    def fingerprint(self) -> str:
        """What tells the example from others."""
        known: str | None = self._cached_fingerprint  # type: ignore[has-type]
        self._cached_fingerprint = known or hashlib.md5(repr(sorted(self.data.items())).encode()).hexdigest()  # noqa: S324
        return self._cached_fingerprint


class Importer(RasaFileImporter):
    """Reads examples and responses from data/ by a fast reader, rules and domain by Rasa's.

    What Rasa's checks of the files find, the content tests find too, and name better.
    """

    def __init__(
        self, config_file: str | None = None, domain_path: str | None = None, training_data_paths: list[str] | str | None = None
    ) -> None:
        # Not Rasa's own: it reads every file twice to find out what is in it.
        self.config_file = config_file
        self._domain_path = domain_path
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        self._data = Path(given[0]) if given else paths.DATA
        self._read: TrainingData | None = None
        self._domain: Domain | None = None

    def get_domain(self) -> Domain:
        """The domain, read once."""
        if self._domain is None:
            self._domain = super().get_domain()
        return self._domain

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The rules of data/rules.yml."""
        return story_graph_from_paths([str(self._data / "rules.yml")], self.get_domain(), exclusion_percentage)

    def get_conversation_tests(self) -> StoryGraph:
        """None are trained on."""
        return StoryGraph([])

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Every example and response, read once."""
        if self._read is None:
            contents = [read_yaml(path) for path in sorted(self._data.rglob("*.yml"))]
            responses = {name: variants for content in contents for name, variants in (content.get("responses") or {}).items()}
            examples = [example for content in contents for entry in content.get("nlu") or () for example in _examples(entry)]
            self._read = TrainingData(examples, responses=responses)
        return self._read


def _examples(entry: dict[str, Any]) -> Iterator[Message]:
    """The examples of an intent: lines that begin with a dash, or a list of texts with metadata."""
    written = entry["examples"]
    if isinstance(written, str):
        for line in written.splitlines():
            if text := line.strip().removeprefix("-").strip():
                yield Example.build(text, entry["intent"])
    else:
        for example in written:
            yield Example.build(example["text"].strip(), entry["intent"], example_metadata=example.get("metadata"))
