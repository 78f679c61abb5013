"""Rasa component: looks for warning signs on every message, by the rules of data/safety.yml and by the trained detector."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.history import turns_of
from assistant.components.spacy_document import DOCUMENT, SpacyDocument, without_slash
from assistant.safety.alarms import AlarmModel
from assistant.safety.detector import Detector
from assistant.safety.rules import TIERS, project_rules
from assistant.safety.triage import Limits, Triage
from assistant.understanding.embeddings import of_examples
from assistant.understanding.encoder import load_encoder
from assistant.understanding.memory import REACH
from assistant.understanding.text import Speller, clean, english, lower

RED_FLAGS = "red_flags"
VERDICT = "verdict"
NEAR_MISS = "near_miss"  # the intent of what resembles a warning sign and is none
HELD_TO_COUNT = 5.0  # of an example or near miss of data/safety.yml, where others count 1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class RedFlags(GraphComponent):
    """Sets the warning signs that the rules find in a message, most urgent first, and the verdict of both detectors."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: AlarmModel | None = None) -> None:
        limits = Limits(**{name: config.get(name, default) for name, default in vars(Limits()).items()})
        self._model_storage = model_storage
        self._resource = resource
        self._detector = Detector(project_rules(), english().vocab) if model else None
        self._triage = Triage(model, load_encoder().encode, Speller(model.words).mend, limits) if model else None

    @classmethod
    def required_components(cls) -> list[type]:
        """The words come from the spaCy document."""
        return [SpacyDocument]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> RedFlags:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> RedFlags:
        """The compiled rules and the trained detector."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, AlarmModel.load(directory))

    def train(self, training_data: TrainingData) -> Resource:
        """Train the detector on every example: those of a tier, and all others as harmless; those that the rules are held to count more."""
        rules = project_rules()
        held_to = [(text, flag.tier) for flag in rules.red_flags for text in flag.examples]
        held_to += [(text, NEAR_MISS) for flag in rules.red_flags for text in flag.near_misses]
        written = [(example.get(TEXT), example.get_full_intent()) for example in training_data.intent_examples if example.get(TEXT)]
        texts, labels = zip(*((clean(text), label) for text, label in [*held_to, *written]))
        model = AlarmModel.fit(texts, of_examples(texts), labels, [HELD_TO_COUNT] * len(held_to) + [1.0] * len(written))
        with self._model_storage.write_to(self._resource) as directory:
            model.save(directory)
        return self._resource

    def embed_ahead(self, typed: str) -> Future[Any] | None:
        """Begin to embed a message in another thread, unless that is known or not needed; `process` waits for it."""
        if self._triage is None or not any(map(str.isalpha, typed)):
            return None
        return load_encoder().begin(self._triage.embedded(lower(without_slash(clean(typed)))))

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set the findings and the verdict, knowing what was said before."""
        if self._triage is None or self._detector is None:
            raise RuntimeError("the warning signs were asked for before the detectors were loaded")
        turns = turns_of(tracker)
        before = turns[-1].text if turns and turns[-1].intent not in TIERS else ""
        # For a few messages after a safety text, answers go on carrying its warning.
        raised = [turn.intent for turn in turns[-REACH:] if turn.intent in TIERS]
        for message in messages:
            findings = self._detector.find(message.get(DOCUMENT))
            verdict = self._triage.assess(message.get(DOCUMENT), findings, before)
            message.set(RED_FLAGS, findings)
            warned = [tier for tier in (verdict.if_now, *raised) if tier and not verdict.tier]
            message.set(VERDICT, verdict._replace(if_now=min(warned, key=TIERS.index, default=None)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training needs no findings."""
        return training_data
