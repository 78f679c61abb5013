"""The answer renderer named under `nlg:` in endpoints.yml: replies come from the content files, not from the trained model."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from assistant import metrics
from assistant.call_backs.values import FIELDS, TOPICS, WRONG
from assistant.components.history import turns_of
from assistant.components.topic_classifier import INFORM
from assistant.content.renderer import project_content
from assistant.content.reply import Button, Reply
from assistant.understanding.decision import CALL_BACK, HAND_OVER, OUTSIDE, PERSON, TOO_LONG, UNSURE
from assistant.understanding.form import SKIP

UNKNOWN = {UNSURE, OUTSIDE, HAND_OVER, TOO_LONG}

OF_THE_CHAT = ("utter_my_data", "utter_forg")  # what is kept of the patient, and forgetting it
PRIVACY = "privacy_about_bot"  # the topic of it all


class AnswerRenderer(NaturalLanguageGenerator):
    """Looks answers up when they are needed, so that a new wording or a new phone number needs a restart and no training."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Read and check all content.

        Raises:
            ContentError: with every fault found, so that a fault shows at start and not in front of a patient.
        """
        self._content = project_content()

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The message for an action: the reply contract's fields, which Rasa stores with the event and hands to the channel."""
        understood = (tracker.latest_message.parse_data if tracker.latest_message else {}).get("understanding", {})
        condition, if_now = understood.get("condition"), understood.get("if_now")
        if utter_action == "utter_red_flag":
            metrics.RED_FLAGS.labels(understood["tier"]).inc()
            return dict(self._content.safety_reply(understood["tier"], understood["adds"]))
        if utter_action.startswith(OF_THE_CHAT):
            reply = self._content.reply(utter_action, if_now=if_now, more=kwargs.get("facts"))
            return {**reply, "topics": [PRIVACY]}
        if CALL_BACK in utter_action:
            return dict(self._in_form(utter_action, tracker, if_now))
        if utter_action == "utter_menu":
            return dict(self._content.menu(understood["parts"][0].partition("/")[2], if_now))
        if utter_action == "utter_suggest":
            reply = self._content.offer(utter_action, understood["topics"], if_now)
        elif len(parts := understood.get("parts", ())) > 1:
            reply = self._content.replies(parts, condition, if_now)
        else:
            reply = self._content.uncertain(self._content.reply(utter_action, condition, if_now), understood.get("instead", []))
        return dict(self._content.with_call_back(reply) if _unknown_again(tracker) and "parts" not in reply else reply)

    def _in_form(self, utter_action: str, tracker: DialogueStateTracker, if_now: str | None) -> Reply:
        """What the call-back form says: what it asks for in full at first, and what it expected where that was not given."""
        latest = tracker.latest_message.parse_data if tracker.latest_message else {}
        asked = utter_action.partition(f"utter_ask_{CALL_BACK}_")[2]
        key = utter_action
        if asked and latest.get("intent", {}).get("name") == INFORM and tracker.get_slot(WRONG):
            key = f"utter_{CALL_BACK}_{asked}_again"
        elif asked == FIELDS[0] and latest.get("intent", {}).get("name") == CALL_BACK:
            key = f"utter_{CALL_BACK}_begin"
        choices = [*TOPICS.values(), SKIP] if asked == FIELDS[-1] else []
        buttons = [Button(title=title, payload=title, topic=PERSON) for title in choices]
        return {**self._content.reply(key, if_now=if_now), "topics": [PERSON], "buttons": buttons}


def _unknown_again(tracker: DialogueStateTracker) -> bool:
    """Whether two messages in a row had no answer."""
    turns = turns_of(tracker)[-2:]
    return len(turns) == 2 and all(turn.intent in UNKNOWN for turn in turns)
