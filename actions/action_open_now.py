"""Says whether the clinic is open now, by its opening hours and the clock on its wall."""

from __future__ import annotations

import sys
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from assistant import paths
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.content.opening import open_now


class ActionOpenNow(Action):
    """Adds to the opening hours, which Rasa has sent by itself, whether the clinic is open at this moment."""

    def __init__(self) -> None:
        try:
            self._clinic = load_clinic(paths.CLINIC)
        except ContentError as error:
            sys.exit(str(error))

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_open_now"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Send the sentence as a clinic fact, in the reply contract's fields."""
        if text := open_now(self._clinic, self._clinic.now()):
            dispatcher.utter_message(
                text=text,
                kind="answer",
                topics=["hours_location"],
                sources=[{"id": "CLINIC", "title": "This clinic's own profile"}],
                reviewed=self._clinic.reviewed.isoformat(),
            )
        return []
