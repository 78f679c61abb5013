"""Rasa entity extractor: the complaints a patient names, as `condition` entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from assistant.components.spacy_document import DOCUMENT, SpacyDocument
from assistant.understanding.conditions import ConditionFinder, project_lexicon

MENTIONS = "condition_mentions"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Conditions(GraphComponent, EntityExtractorMixin):
    """Finds complaints by the lexicon in data/conditions.yml."""

    def __init__(self, finder: ConditionFinder) -> None:
        self._finder = finder

    @classmethod
    def required_components(cls) -> list[type]:
        """The tokens come from the spaCy document."""
        return [SpacyDocument]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Conditions:
        """Read the lexicon."""
        return cls(ConditionFinder(project_lexicon()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the mentions, and an entity for each: its value is the name the assistant uses."""
        for message in messages:
            mentions = self._finder.find(message.get(DOCUMENT))
            message.set(MENTIONS, mentions)
            entities = [
                {"entity": "condition", "start": mention.start, "end": mention.end, "value": mention.condition.name} for mention in mentions
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
        return messages
