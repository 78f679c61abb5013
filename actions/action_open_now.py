"""Says whether the clinic is open now, by its opening hours and the clock on its wall."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from assistant import paths
from assistant.content.clinic import DAYS, Clinic, load_clinic
from assistant.content.faults import ContentError

LOOK_AHEAD = 14  # days; a clinic closed for longer has to be phoned


def open_now(clinic: Clinic, now: datetime) -> str | None:
    """One or two sentences for a time in the clinic's time zone, or None where the profile gives no hours."""
    if clinic.week is None:
        return None
    for span in clinic.hours_on(now.date()):
        if span.start <= now.time() < span.end:
            return f"We are open now, until {span.end:%H:%M} today."
        if now.time() < span.start:
            return f"We are closed now. We open at {span.start:%H:%M} today."
    for ahead in range(1, LOOK_AHEAD + 1):
        day = now.date() + timedelta(days=ahead)
        if spans := clinic.hours_on(day):
            when = "tomorrow" if ahead == 1 else f"on {DAYS[day.weekday()].capitalize()} {day.day} {day:%B}"
            return f"We are closed now. We open at {spans[0].start:%H:%M} {when}."
    return "We are closed now."


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
