"""Rasa intent classifier: decides on each message or each question in it; warning signs found before it have the first word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Span

from assistant import paths
from assistant.components.conditions import MENTIONS
from assistant.components.red_flags import RED_FLAGS
from assistant.components.sentence_encoder import ORIGIN, SentenceEncoder
from assistant.components.spacy_document import COMMAND, DOCUMENT
from assistant.safety.rules import TIERS
from assistant.understanding.conditions import Mention
from assistant.understanding.decision import FAQ, OUTSIDE, Decision, Thresholds, decide, main_condition
from assistant.understanding.encoder import load_encoder
from assistant.understanding.memory import Memory, recall
from assistant.understanding.parts import split
from assistant.understanding.text import without_treatment
from assistant.understanding.topics import TopicModel

LONGEST = 600  # characters; a longer message is checked for warning signs, and not answered as one question
RANKED = 10
MEANS_SOMETHING_ALONE = 0.8  # confidence from which a message is taken as it stands, whatever was answered before it
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
        after = [(example.get("metadata") or {}).get("example", {}).get("after") for example in examples]
        self._model = TopicModel.fit([example.get(TEXT) for example in examples], embeddings, labels, after)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Decide on each message, knowing what was answered before it in the conversation."""
        memory = recall([event.parse_data for event in tracker.events if isinstance(event, UserUttered)] if tracker else [])
        for message in messages:
            _set(message, self._parts(message, memory))
        return messages

    def _parts(self, message: Message, memory: Memory) -> list[Decision]:
        """What was decided on the message, or on each of its questions where it asks several."""
        if found := message.get(RED_FLAGS):
            return [Decision(found[0].flag.tier, found[0].flag.tier, 1.0, 0.0)]
        text = message.get(TEXT)
        if message.get(COMMAND) or not any(character.isalpha() for character in text or ""):
            return [Decision(OUTSIDE, OUTSIDE, 1.0, 1.0)]
        document, mentions = message.get(DOCUMENT), message.get(MENTIONS)
        (whole,) = self._decide([text], _embedding(message)[None, :], [mentions])
        if whole.intent in TIERS:
            return [whole]
        if len(text) > LONGEST:
            return [Decision("too_long", "too_long", 1.0, whole.outside)]
        if memory.topic and whole.confidence < MEANS_SOMETHING_ALONE:
            named = mentions or memory.mentions
            (followed,) = self._decide([text], _embedding(message)[None, :], [named], memory.topic)
            if followed.intent in (FAQ, OPEN_NOW):
                message.set(MENTIONS, named)
                return [followed]
        return [part.decision for part in split(document, whole, lambda spans: self._decide_spans(spans, mentions))]

    def _decide_spans(self, spans: Sequence[Span], mentions: list[Mention]) -> list[Decision]:
        texts = [span.text for span in spans]
        embeddings = load_encoder(paths.ENCODER).encode([without_treatment(text) for text in texts])
        # A complaint named once is meant in every part.
        named = [[mention for mention in mentions if span.start_char <= mention.start < span.end_char] or mentions for span in spans]
        return self._decide(texts, embeddings, named)

    def _decide(
        self, texts: Sequence[str], embeddings: np.ndarray, mentions: Sequence[list[Mention]], after: str | None = None
    ) -> list[Decision]:
        if self._model is None:
            raise RuntimeError("the topic classifier was asked before it was trained or loaded")
        shares = self._model.probabilities(texts, embeddings, after)
        return [decide(dict(zip(self._model.labels, map(float, row))), named, self._thresholds) for row, named in zip(shares, mentions)]


def _embedding(message: Message) -> np.ndarray:
    """The embedding of a message, shape (384,)."""
    _, feature = message.get_dense_features(TEXT, [ORIGIN])
    return np.asarray(feature.features[0])


def _set(message: Message, parts: list[Decision]) -> None:
    # The reply follows the first part that has an answer; the renderer adds the others to it.
    main = next((part for part in parts if part.intent in (FAQ, OPEN_NOW)), parts[0])
    found = message.get(RED_FLAGS) or []
    condition = main_condition(message.get(MENTIONS) or [])
    message.set(INTENT, {"name": main.intent, "confidence": main.confidence}, add_to_output=True)
    ranking = [{"name": label, "confidence": share} for label, share in main.ranking[:RANKED]]
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    # What the answer renderer needs; it travels with the message into the tracker.
    understanding = {
        "tier": main.intent,
        "adds": " ".join(dict.fromkeys(finding.flag.adds for finding in found if finding.flag.tier == main.intent and finding.flag.adds)),
        "red_flags": [finding.flag.id for finding in found],
        "condition": condition.name if condition else None,
        "condition_topic": condition.topic if condition else None,
        "outside": main.outside,
        "topics": [label.partition("/")[2] for label, _ in main.ranking[:RANKED] if label.startswith(f"{FAQ}/")],
        "parts": list(dict.fromkeys(_answer_of(part) for part in parts)),
    }
    message.set("understanding", understanding, add_to_output=True)
    if main.intent in (FAQ, SMALLTALK, OPEN_NOW):
        message.set("response_selector", _selection(_answer_of(main), main.confidence), add_to_output=True)


def _answer_of(part: Decision) -> str:
    """The label of the stored answer: `faq/price`, or `out_of_scope` where there is none."""
    return HOURS if part.intent == OPEN_NOW else part.label


def _selection(label: str, confidence: float) -> dict[str, Any]:
    """What a ResponseSelector would have said, for the label `faq/price` of the retrieval intent `faq`."""
    response = {"intent_response_key": label, "utter_action": f"utter_{label}", "responses": [], "confidence": confidence}
    ranking = [{"intent_response_key": label, "confidence": confidence}]
    return {"all_retrieval_intents": [FAQ, SMALLTALK], label.partition("/")[0]: {"response": response, "ranking": ranking}}
