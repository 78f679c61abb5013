"""Rasa intent classifier: decides on each message or each question in it; warning signs found before it have the first word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant import paths
from assistant.components.conditions import MENTIONS
from assistant.components.history import asked_in_form, turns_of
from assistant.components.red_flags import NEAR_MISS, RED_FLAGS, VERDICT
from assistant.components.spacy_document import COMMAND, DOCUMENT, SpacyDocument
from assistant.content.clinic import load_clinic
from assistant.content.sections import load_sections
from assistant.privacy.commands import COMMANDS, FORGET_ME, command_in
from assistant.safety.rules import TIERS
from assistant.understanding import form
from assistant.understanding.decision import (
    CALL_BACK,
    FAQ,
    HOURS,
    OPEN_NOW,
    OUTSIDE,
    PERSON,
    SMALLTALK,
    Decision,
    Thresholds,
    main_condition,
)
from assistant.understanding.embeddings import of_examples
from assistant.understanding.encoder import load_encoder
from assistant.understanding.memory import Memory, recall
from assistant.understanding.message import Understander
from assistant.understanding.parts import Part
from assistant.understanding.text import clean
from assistant.understanding.topics import TopicModel

RANKED = 10
ALARMS = {*TIERS, NEAR_MISS}  # intents whose examples train the detector of warning signs
# Under an answer that is less certain than this, the questions it may have been instead are offered first.
CERTAIN = 0.8
CREDIBLE = 0.04  # probability of such a question
MOST_INSTEAD = 2
# Intents of messages in the call-back form
INFORM, CANCEL = "inform", "cancel"
NEVER = 2.0  # no probability reaches it
EXPLAINED = 5  # labels of each part's ranking that are kept for an editor who wonders


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets the intent, and the property `response_selector` by which Rasa finds the stored answer of a retrieval intent."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None) -> None:
        thresholds = Thresholds(**{name: config.get(name, default) for name, default in vars(Thresholds()).items()})
        if model and "call_back" not in load_clinic(paths.CLINIC).facts:
            thresholds = replace(thresholds, call_back=NEVER)
        self._model_storage = model_storage
        self._resource = resource
        sections = {section.asked: section.name for section in load_sections(paths.DATA)} if model else {}
        self._understander = Understander(model, load_encoder().encode, thresholds, sections) if model else None

    @classmethod
    def required_components(cls) -> list[type]:
        """The words come from the spaCy document."""
        return [SpacyDocument]

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
        """Train on every example that has an intent, but for those of warning signs and of what resembles them."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT) not in ALARMS]
        texts = [clean(example.get(TEXT)) for example in examples]
        labels = [example.get_full_intent() for example in examples]
        after = [(example.get("metadata") or {}).get("example", {}).get("after") for example in examples]
        model = TopicModel.fit(texts, of_examples(texts), labels, after)
        with self._model_storage.write_to(self._resource) as directory:
            model.save(directory)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Decide on each message, knowing what was said before it in the conversation."""
        turns, asked = turns_of(tracker), asked_in_form(tracker)
        memory, to_confirm = recall(turns), bool(turns) and turns[-1].intent == FORGET_ME
        for message in messages:
            parts = self._parts(message, memory, to_confirm)
            if not (asked and _set_in_form(message, asked, [part.decision for part in parts])):
                _set(message, parts)
        return messages

    def _parts(self, message: Message, memory: Memory, to_confirm: bool) -> list[Part]:
        """What was decided on the message, or on each of its questions where it asks several.

        Args:
            to_confirm: whether the last reply asked for a yes to delete everything.
        """
        document, mentions, verdict = message.get(DOCUMENT), message.get(MENTIONS), message.get(VERDICT)
        if verdict.tier:
            return [Part(document[:], Decision(verdict.tier, verdict.tier, 1.0, 0.0, why=verdict.why))]
        if message.get(COMMAND):
            return [Part(document[:], Decision(OUTSIDE, OUTSIDE, 1.0, 1.0, why="it is a command"))]
        if command := command_in(message.get(TEXT), to_confirm):
            return [Part(document[:], Decision(command, command, 1.0, 0.0, why="it is about what is kept of the patient"))]
        if self._understander is None:
            raise RuntimeError("the topic classifier was asked before it was loaded")
        parts = self._understander.understand(document, mentions, memory)
        if any(part.decision.in_context for part in parts):
            message.set(MENTIONS, mentions or memory.mentions)
        return parts


def _set(message: Message, parts: list[Part]) -> None:
    decisions = [part.decision for part in parts]
    # The reply follows the first part that has an answer; the renderer adds the others to it.
    main = next(
        (decision for wanted in ((FAQ, OPEN_NOW), (CALL_BACK,)) for decision in decisions if decision.intent in wanted), decisions[0]
    )
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
        "if_now": message.get(VERDICT).if_now,
        "condition": condition.name if condition else None,
        "condition_topic": condition.topic if condition else None,
        "outside": main.outside,
        "topics": [label.partition("/")[2] for label, _ in main.ranking[:RANKED] if label.startswith(f"{FAQ}/")],
        "instead": _instead(decisions),
        "parts": list(dict.fromkeys(_answer_of(decision) for decision in decisions)),
        "read": [_explained(part) for part in parts],
    }
    message.set("understanding", understanding, add_to_output=True)
    if main.intent in (FAQ, SMALLTALK, OPEN_NOW):
        message.set("response_selector", _selection(_answer_of(main), main.confidence), add_to_output=True)


def _set_in_form(message: Message, asked: str, decisions: list[Decision]) -> bool:
    """Set what a message is to the call-back form that asked for something; False where it is answered like any other message."""
    if decisions[0].intent in (*TIERS, *COMMANDS):
        return False
    # A command names nobody and asks nothing.
    reading = form.Reading(form.AGAIN) if message.get(COMMAND) else form.read(message.get(TEXT), asked, decisions)
    if reading.kind == form.QUESTION:
        return False
    intent = CANCEL if reading.kind == form.CANCEL else INFORM
    message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [], add_to_output=True)
    # Nothing of a value goes into what is stored with the message, and `private` has its text blanked there.
    message.set(ENTITIES, [], add_to_output=True)
    understanding = {"form": reading.kind, "topic": reading.topic, "if_now": message.get(VERDICT).if_now}
    message.set("understanding", {**understanding, "private": asked} if intent == INFORM else understanding, add_to_output=True)
    return True


def _answer_of(decision: Decision) -> str:
    """The label of the stored answer: `faq/price`, or `out_of_scope` where there is none."""
    also = {OPEN_NOW: f"{FAQ}/{HOURS}", CALL_BACK: f"{FAQ}/{PERSON}"}
    return also.get(decision.intent, decision.label)


def _instead(decisions: list[Decision]) -> list[str]:
    """The topics that a question may have meant as well, the likeliest first, where the answer to it is not certain."""
    if len(decisions) > 1 or decisions[0].intent != FAQ or decisions[0].confidence >= CERTAIN:
        return []
    others = [(label, share) for label, share in decisions[0].ranking if label.startswith(f"{FAQ}/") and label != decisions[0].label]
    return [label.partition("/")[2] for label, share in others[:MOST_INSTEAD] if share >= CREDIBLE]


def _explained(part: Part) -> dict[str, Any]:
    """Where a part stands in the message, and why it was decided so; no text of the patient's."""
    decision = part.decision
    return {
        "start": part.span.start_char,
        "end": part.span.end_char,
        "label": decision.label,
        "why": decision.why,
        "in_context": decision.in_context,
        "outside": round(decision.outside, 3),
        "ranking": [[label, round(share, 3)] for label, share in decision.ranking[:EXPLAINED]],
    }


def _selection(label: str, confidence: float) -> dict[str, Any]:
    """What a ResponseSelector would have said, for the label `faq/price` of the retrieval intent `faq`."""
    response = {"intent_response_key": label, "utter_action": f"utter_{label}", "responses": [], "confidence": confidence}
    ranking = [{"intent_response_key": label, "confidence": confidence}]
    return {"all_retrieval_intents": [FAQ, SMALLTALK], label.partition("/")[0]: {"response": response, "ranking": ranking}}
