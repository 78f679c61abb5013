"""What takes a second to load, loaded once: the trained model, and the real lexicon of complaints."""

from __future__ import annotations

import pytest

from assistant.understanding.conditions import ConditionFinder
from assistant.understanding.decision import Thresholds
from assistant.understanding.text import clean
from assistant.understanding.topics import TopicModel
from tests.shared import configured, real_lexicon, real_reader, trained


@pytest.fixture(scope="session")
def model():
    """The topic model that `make train` trained."""
    return trained(TopicModel.load, "topics.json")


@pytest.fixture(scope="session")
def thresholds():
    """The limits of config.yml."""
    return Thresholds(**configured("TopicClassifier"))


@pytest.fixture(scope="session")
def lexicon():
    return real_lexicon()


@pytest.fixture(scope="session")
def mentions(lexicon):
    """The complaints of the real lexicon in a message as a patient types it."""
    reader, finder = real_reader(), ConditionFinder(lexicon)
    return lambda message: finder.find(reader.read(clean(message)))
