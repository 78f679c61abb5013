"""The component that looks for warning signs."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.red_flags import RED_FLAGS, RedFlags
from assistant.components.spacy_document import SpacyDocument


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        pytest.param("my throat is closing up", ["RF2"], id="a sign"),
        pytest.param("I fainted at the clinic. My throat is closing up", ["RF2", "RF17"], id="the most urgent of two first"),
        pytest.param("/suicidal", ["RF12"], id="behind a slash"),
        pytest.param("does it hurt", [], id="none"),
        pytest.param("", [], id="nothing"),
        pytest.param("\U0001f494", [], id="no word"),
    ],
)
def test_every_message_gets_its_findings(spacy_document, red_flags, text, flags):
    (message,) = red_flags.process(spacy_document.process([Message({TEXT: text})]))
    assert [finding.flag.id for finding in message.get(RED_FLAGS)] == flags


def test_each_message_of_several_gets_its_own(spacy_document, red_flags):
    messages = [Message({TEXT: text}) for text in ("does it hurt", "my throat is closing up", "what does it cost")]
    assert [len(message.get(RED_FLAGS)) for message in red_flags.process(spacy_document.process(messages))] == [0, 1, 0]


def test_it_needs_the_document():
    assert RedFlags.required_components() == [SpacyDocument]


def test_training_data_is_left_as_it_is(red_flags):
    data = TrainingData([Message({TEXT: "my throat is closing up"})])
    assert red_flags.process_training_data(data) is data
    assert data.training_examples[0].data == {TEXT: "my throat is closing up"}
