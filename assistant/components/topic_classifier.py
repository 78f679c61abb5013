"""Rasa intent classifier: decides on each message, with the warning signs found before it having the first word."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.conditions import MENTIONS
from assistant.components.red_flags import RED_FLAGS
from assistant.components.sentence_encoder import ORIGIN, SentenceEncoder
from assistant.components.spacy_document import COMMAND
from assistant.safety.rules import TIERS
from assistant.understanding.decision import FAQ, OUTSIDE, Decision, Thresholds, decide, main_condition
from assistant.understanding.topics import TopicModel

LONGEST = 600  # characters; a longer message is checked for warning signs, and not answered as one question
RANKED = 10
SMALLTALK = "smalltalk"
OPEN_NOW = "open_now"
HOURS = "faq/hours_location"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets the intent, and the property `response_selector` by which Rasa finds the stored answer of a retrieval intent."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None) -> None:
        thresholds = Thresholds()
        self._thresholds = Thresholds(**{name: config.get(name, default) for name, default in vars(thresholds).items()})
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        """The embedding comes from the sentence encoder."""
        return [SentenceEncoder]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TopicClassifier:
        """The trained classifier."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, TopicModel.load(directory))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on every example that has an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        embeddings = np.stack([_embedding(example) for example in examples])
        labels = [example.get_full_intent() for example in examples]
        self._model = TopicModel.fit([example.get(TEXT) for example in examples], embeddings, labels)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide on each message."""
        for message in messages:
            _set(message, self._decide(message))
        return messages

    def _decide(self, message: Message) -> Decision:
        if found := message.get(RED_FLAGS):
            return Decision(found[0].flag.tier, found[0].flag.tier, 1.0, 0.0)
        text = message.get(TEXT)
        if message.get(COMMAND) or not any(character.isalpha() for character in text or ""):
            return Decision(OUTSIDE, OUTSIDE, 1.0, 1.0)
        if self._model is None:
            raise RuntimeError("the topic classifier was asked before it was trained or loaded")
        shares = self._model.probabilities([text], _embedding(message)[None, :])[0]
        decision = decide(dict(zip(self._model.labels, map(float, shares))), message.get(MENTIONS), self._thresholds)
        if len(text) > LONGEST and decision.intent not in TIERS:
            return Decision("too_long", "too_long", 1.0, decision.outside)
        return decision


def _embedding(message: Message) -> np.ndarray:
    """The embedding of a message, shape (384,)."""
    _, feature = message.get_dense_features(TEXT, [ORIGIN])
    return np.asarray(feature.features[0])


def _set(message: Message, decision: Decision) -> None:
    found = message.get(RED_FLAGS) or []
    condition = main_condition(message.get(MENTIONS) or [])
    message.set(INTENT, {"name": decision.intent, "confidence": decision.confidence}, add_to_output=True)
    ranking = [{"name": label, "confidence": share} for label, share in decision.ranking[:RANKED]]
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    # What the answer renderer needs; it travels with the message into the tracker.
    understanding = {
        "tier": decision.intent,
        "adds": " ".join(
            dict.fromkeys(finding.flag.adds for finding in found if finding.flag.tier == decision.intent and finding.flag.adds)
        ),
        "red_flags": [finding.flag.id for finding in found],
        "condition": condition.name if condition else None,
        "outside": decision.outside,
        "topics": [label.partition("/")[2] for label, _ in decision.ranking[:RANKED] if label.startswith(f"{FAQ}/")],
    }
    message.set("understanding", understanding, add_to_output=True)
    if label := HOURS if decision.intent == OPEN_NOW else decision.label if "/" in decision.label else None:
        message.set("response_selector", _selection(label, decision.confidence), add_to_output=True)


def _selection(label: str, confidence: float) -> dict[str, Any]:
    """What a ResponseSelector would have said, for the label `faq/price` of the retrieval intent `faq`."""
    response = {"intent_response_key": label, "utter_action": f"utter_{label}", "responses": [], "confidence": confidence}
    ranking = [{"intent_response_key": label, "confidence": confidence}]
    return {"all_retrieval_intents": [FAQ, SMALLTALK], label.partition("/")[0]: {"response": response, "ranking": ranking}}
