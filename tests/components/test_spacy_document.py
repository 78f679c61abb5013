"""The tokenizer: the cleaned text, its words, and whether somebody typed a command."""

from __future__ import annotations

import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.spacy_document import COMMAND, DOCUMENT


@pytest.fixture
def process(spacy_document):
    """A message after the component."""
    return lambda text: spacy_document.process([Message({TEXT: text})])[0]


@pytest.mark.parametrize(
    ("typed", "text", "is_command"),
    [
        pytest.param("does it hurt", "does it hurt", False, id="a question"),
        pytest.param("hello", "hello", False, id="one word"),
        pytest.param("/greet", "greet", True, id="an intent"),
        pytest.param("//greet", "greet", True, id="two slashes"),
        pytest.param(" / greet", "greet", True, id="spaces around the slash"),
        pytest.param('/faq{"a":1}', 'faq{"a":1}', True, id="an intent with entities"),
        pytest.param("/", "", True, id="a slash only"),
        pytest.param("/does it hurt", "does it hurt", False, id="a question behind a slash"),
        pytest.param("and/or", "and/or", False, id="a slash inside"),
        pytest.param("", "", False, id="nothing"),
        pytest.param(None, "", False, id="no text"),
    ],
)
def test_a_leading_slash_goes_and_a_command_is_marked(process, typed, text, is_command):
    message = process(typed)
    assert message.get(TEXT) == text
    assert message.get(COMMAND) is is_command


def test_the_text_is_cleaned(process):
    assert process("  it\x00can\N{RIGHT SINGLE QUOTATION MARK}t \n hurt ").get(TEXT) == "it can't hurt"


def test_the_document_has_the_words_read_and_mended(process):
    document = process("I cant breethe, my sciaticca").get(DOCUMENT)
    assert [token.norm_ for token in document] == ["i", "can", "not", "breathe", ",", "my", "sciatica"]


def test_the_tokens_are_those_of_the_text(process):
    message = process("Does it hurt? I'm afraid")
    tokens = message.get(TOKENS_NAMES[TEXT])
    assert [token.text for token in tokens] == ["does", "it", "hurt", "?", "i", "'m", "afraid"]
    assert [message.get(TEXT)[token.start : token.end].lower() for token in tokens] == [token.text for token in tokens]


def test_every_message_is_read(spacy_document):
    messages = spacy_document.process([Message({TEXT: text}) for text in ("one", "two three")])
    assert [len(message.get(DOCUMENT)) for message in messages] == [1, 2]


def test_training_data_is_left_as_it_is(spacy_document):
    data = TrainingData([Message({TEXT: "/one"})])
    assert spacy_document.process_training_data(data) is data
    assert data.training_examples[0].data == {TEXT: "/one"}
