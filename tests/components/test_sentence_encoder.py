"""The featurizer: one dense sentence feature a message."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.sentence_encoder import ORIGIN


def embedding(message):
    """The one feature of a message."""
    (feature,) = message.features
    assert (feature.type, feature.attribute, feature.origin) == (FEATURE_TYPE_SENTENCE, TEXT, ORIGIN)
    return feature.features


@pytest.fixture
def embed(sentence_encoder):
    """The features of some texts."""
    return lambda *texts: [embedding(message) for message in sentence_encoder.process([Message({TEXT: text}) for text in texts])]


def test_a_message_gets_one_row_for_the_sentence(embed):
    (row,) = embed("does it hurt")
    assert row.shape == (1, 384)
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_each_message_gets_its_own(embed):
    alone, _ = embed("does it hurt")[0], embed("what does it cost")[0]
    several = embed("what does it cost", "does it hurt")
    assert np.array_equal(several[1], alone)
    assert not np.array_equal(several[0], alone)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("does dry needling hurt", "does it hurt", id="the treatment's name"),
        pytest.param("does it it hurt", "does it hurt", id="a repeated word"),
    ],
)
def test_what_does_not_tell_topics_apart_makes_no_difference(embed, text, same):
    first, second = embed(text, same)
    assert np.array_equal(first, second)


@pytest.mark.parametrize("data", [{TEXT: ""}, {TEXT: None}, {}], ids=["empty", "none", "no text"])
def test_a_message_without_text_gets_none_and_disturbs_no_other(sentence_encoder, data):
    empty, full = sentence_encoder.process([Message(data), Message({TEXT: "does it hurt"})])
    assert not empty.features
    assert embedding(full).shape == (1, 384)


def test_no_message_is_no_fault(sentence_encoder):
    assert sentence_encoder.process([]) == []


def test_training_examples_are_embedded_as_messages_are(sentence_encoder, embed):
    data = sentence_encoder.process_training_data(TrainingData([Message({TEXT: "does it hurt"})]))
    assert np.array_equal(embedding(data.training_examples[0]), embed("does it hurt")[0])
