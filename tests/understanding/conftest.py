"""What takes a second to load, loaded once: the trained model, and the real lexicon of complaints."""

from __future__ import annotations

import tarfile

import pytest

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.content.sources import load_sources
from assistant.safety.rules import load_rules
from assistant.train import MODEL
from assistant.understanding.conditions import ConditionFinder, load_lexicon
from assistant.understanding.decision import Thresholds
from assistant.understanding.text import Reader, clean
from assistant.understanding.topics import TopicModel


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The topic model that `make train` trained."""
    directory = tmp_path_factory.mktemp("model")
    with tarfile.open(MODEL) as archive:
        archive.extractall(directory)
    (described,) = directory.rglob("topics.json")
    return TopicModel.load(described.parent)


@pytest.fixture(scope="session")
def thresholds():
    """The limits of config.yml."""
    (entry,) = [entry for entry in read_yaml(paths.ROOT / "config.yml")["pipeline"] if entry["name"].endswith(".TopicClassifier")]
    return Thresholds(**{name: value for name, value in entry.items() if name != "name"})


@pytest.fixture(scope="session")
def lexicon():
    return load_lexicon(paths.DATA / "conditions.yml")


@pytest.fixture(scope="session")
def mentions(lexicon):
    """The complaints of the real lexicon in a message as a patient types it."""
    rules = load_rules(paths.DATA / "safety.yml", load_sources(paths.SOURCES))
    reader = Reader(rules.vocabulary() | lexicon.vocabulary())
    finder = ConditionFinder(lexicon)
    return lambda message: finder.find(reader.read(clean(message)))
