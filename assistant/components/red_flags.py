"""Rasa component: looks for warning signs by the rules of data/safety.yml, on every message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import paths
from assistant.components.spacy_document import DOCUMENT, SpacyDocument
from assistant.content.sources import load_sources
from assistant.safety.detector import Detector
from assistant.safety.rules import load_rules
from assistant.understanding.text import english

RED_FLAGS = "red_flags"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class RedFlags(GraphComponent):
    """Sets the warning signs of a message, most urgent first; what follows from them is decided by the topic classifier."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @classmethod
    def required_components(cls) -> list[type]:
        """The tokens come from the spaCy document."""
        return [SpacyDocument]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> RedFlags:
        """Compile the rules."""
        return cls(Detector(load_rules(paths.DATA / "safety.yml", load_sources(paths.SOURCES)), english().vocab))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the findings."""
        for message in messages:
            message.set(RED_FLAGS, self._detector.find(message.get(DOCUMENT)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training needs no findings."""
        return training_data
