"""What takes a second to load, loaded once: the encoder, and the real lexicon of complaints."""

from __future__ import annotations

import pytest

from assistant import paths
from assistant.content.sources import load_sources
from assistant.safety.rules import load_rules
from assistant.understanding.conditions import ConditionFinder, load_lexicon
from assistant.understanding.encoder import SentenceEncoder
from assistant.understanding.text import Reader, clean


@pytest.fixture(scope="session")
def encoder():
    return SentenceEncoder(paths.ENCODER)


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
