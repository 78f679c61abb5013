"""The answer renderer named under `nlg:` in endpoints.yml: replies come from the content files, not from the trained model."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from assistant import metrics
from assistant.content.renderer import project_content


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
        if utter_action == "utter_suggest":
            return dict(self._content.offer(utter_action, understood["topics"], if_now))
        if utter_action == "utter_menu":
            return dict(self._content.menu(understood["parts"][0].partition("/")[2], if_now))
        if len(parts := understood.get("parts", ())) > 1:
            return dict(self._content.replies(parts, condition, if_now))
        reply = self._content.reply(utter_action, condition, if_now)
        return dict(self._content.uncertain(reply, understood.get("instead", [])))
