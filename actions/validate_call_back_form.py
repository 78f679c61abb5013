"""Reads what the call-back form asked for, and writes it into the table of requests; the slots hold only that it was given."""

from __future__ import annotations

import sys
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant import paths
from assistant.call_backs import requests
from assistant.call_backs.values import FIELDS, READERS, WRONG, ending, region_of
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.storage.database import database

MOST_WRONG = 3  # answers in a row that are not what was asked for

Events = list[dict[str, Any]]


class ValidateCallBackForm(Action):
    """Called by the form when it begins, and for each value it was given."""

    def __init__(self) -> None:
        try:
            clinic = load_clinic(paths.CLINIC)
        except ContentError as error:
            sys.exit(str(error))
        self._region = region_of(clinic.facts["phone"])
        self._kinds = [kind for kind in requests.KINDS if kind in clinic.facts]

    def name(self) -> str:
        """The action's name in the domain."""
        return "validate_call_back_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Begin a draft, or read the value that was asked for."""
        if tracker.latest_message.get("intent", {}).get("name") == "call_back":
            requests.begin(database(), tracker.sender_id, tracker.get_latest_input_channel() or "")
            return [SlotSet(WRONG, 0)]
        slot = str(tracker.get_slot("requested_slot"))
        understood = tracker.latest_message.get("understanding", {})
        if understood.get("form") == "again":
            return [SlotSet(slot, None), SlotSet(WRONG, 0)]
        field = slot.removeprefix("call_back_")
        if field == FIELDS[-1]:
            return self._finish(dispatcher, tracker.sender_id, str(understood.get("topic", "")))
        value = READERS[field](str(tracker.latest_message.get("text") or ""), self._region)
        if value is None:
            return self._ask_again(dispatcher, tracker, slot)
        if not requests.give(database(), tracker.sender_id, field, value):
            return _end(dispatcher, "utter_call_back_failed")
        return [SlotSet(slot, "given"), SlotSet(WRONG, 0)]

    def _ask_again(self, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> Events:
        wrong = int(tracker.get_slot(WRONG) or 0) + 1
        if wrong < MOST_WRONG:
            return [SlotSet(slot, None), SlotSet(WRONG, wrong)]
        requests.drop(database(), tracker.sender_id)
        return _end(dispatcher, "utter_call_back_given_up")

    def _finish(self, dispatcher: CollectingDispatcher, conversation: str, topic: str) -> Events:
        # Where the draft is a request already, the same message came twice.
        finished = requests.finish(database(), conversation, topic, self._kinds) or requests.is_waiting(database(), conversation)
        return _end(dispatcher, "utter_call_back_done" if finished else "utter_call_back_failed")


def _end(dispatcher: CollectingDispatcher, response: str) -> Events:
    dispatcher.utter_message(response=response)
    return ending()
