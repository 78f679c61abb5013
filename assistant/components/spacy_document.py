"""Rasa tokenizer: the spaCy document that the components after it read."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.safety.rules import project_rules
from assistant.understanding.conditions import project_lexicon
from assistant.understanding.text import Reader, clean

DOCUMENT = "spacy_document"
COMMAND = "is_command"


def without_slash(typed: str) -> str:
    """A message without the slash it begins with.

    Rasa takes a text with a leading slash as an intent, whoever typed it. No patient means that, so the slash goes, and what is left is
    read for warning signs like any other text.
    """
    return typed.lstrip(INTENT_MESSAGE_PREFIX + " ")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyDocument(GraphComponent):
    """Cleans the text of a message and reads it into a spaCy document."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SpacyDocument:
        """Read the words that misspelt ones may be mended to: those of the safety rules and of the lexicon of complaints."""
        lexicon = project_lexicon()
        return cls(Reader(project_rules().vocabulary() | lexicon.vocabulary()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the document, Rasa's tokens, and the cleaned text."""
        for message in messages:
            typed = clean(message.get(TEXT) or "")
            text = without_slash(typed)
            document = self._reader.read(text)
            message.set(COMMAND, typed != text and " " not in text)
            message.set(TEXT, text)
            message.set(DOCUMENT, document)
            message.set(TOKENS_NAMES[TEXT], [Token(token.text, token.idx) for token in document])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training needs no documents."""
        return training_data
