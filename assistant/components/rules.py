"""Rasa's RulePolicy, remembering what it predicted: with rules of one message each, the same situation has the same outcome."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MOST_REMEMBERED = 1_000
Situation = tuple[Any, ...]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class Rules(RulePolicy):
    """Predicts as RulePolicy does, which works out the states of the whole history twice in every turn.

    Our rules begin with a message and go on to the end of the turn, so nothing before the last message counts, but for slots. Within a
    form nothing is remembered. `tests/components/test_rules.py` holds every conversation to what RulePolicy says.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._remembered: dict[Situation, PolicyPrediction] = {}

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        """The next action."""
        situation = situation_of(tracker)
        if situation is None:
            return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        if situation not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[situation] = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        return self._remembered[situation]


def situation_of(tracker: DialogueStateTracker) -> Situation | None:
    """What the prediction depends on, or None where that is more than can be told at a glance."""
    if tracker.active_loop is not None and tracker.active_loop.name:
        return None
    done: list[tuple[str, str]] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            slots = tuple(sorted((name, repr(slot.value)) for name, slot in tracker.slots.items() if slot.value is not None))
            entities = tuple(sorted({entity["entity"] for entity in event.entities}))
            return event.intent_name, entities, slots, tuple(done), tracker.followup_action
        if isinstance(event, (ActionExecuted, ActionExecutionRejected)):
            done.append((event.type_name, event.action_name))
    return None
