"""Ends the call-back form before it is finished, and deletes what was given."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from assistant.call_backs import requests
from assistant.call_backs.values import ending
from assistant.storage.database import database


class ActionDropCallBack(Action):
    """Says nothing: it follows a safety text."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_drop_call_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Delete the draft and end the form."""
        requests.drop(database(), tracker.sender_id)
        return ending()


class ActionCancelCallBack(ActionDropCallBack):
    """Follows "cancel"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_cancel_call_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Delete the draft, end the form and say so."""
        events = super().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_call_back_cancelled")
        return events
