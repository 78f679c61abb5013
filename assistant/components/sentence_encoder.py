"""Rasa featurizer: the sentence embedding of a message, as a dense sentence feature. The treatment's name is taken out first."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import paths
from assistant.understanding import encoder
from assistant.understanding.text import without_treatment

ORIGIN = "SentenceEncoder"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Embeds messages with all-MiniLM-L6-v2 (int8 ONNX), 384 numbers each."""

    def __init__(self, sentences: encoder.SentenceEncoder) -> None:
        self._sentences = sentences

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceEncoder:
        """Load the encoder from where set-up put it."""
        return cls(encoder.load_encoder(paths.ENCODER))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the embedding of each message that has a text."""
        with_text = [message for message in messages if message.get(TEXT)]
        for message, row in zip(with_text, self._sentences.encode([without_treatment(message.get(TEXT)) for message in with_text])):
            message.add_features(Features(row[None, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed the examples."""
        self.process(training_data.training_examples)
        return training_data
