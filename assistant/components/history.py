"""A conversation as the understanding needs it, from Rasa's tracker."""

from __future__ import annotations

from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.understanding.memory import Turn
from assistant.understanding.text import clean, lower


def turns_of(tracker: DialogueStateTracker | None) -> list[Turn]:
    """The turns of the present session, oldest first: each message of the patient, with the questions shown under the reply to it."""
    turns: list[Turn] = []
    for event in tracker.events if tracker else ():
        if isinstance(event, SessionStarted):
            turns.clear()
        elif isinstance(event, UserUttered):
            turns.append(Turn(event.intent_name or "", event.parse_data.get("understanding", {}), [], lower(clean(event.text or ""))))
        elif isinstance(event, BotUttered) and turns:
            turns[-1].offered.extend(button["topic"] for button in event.data.get("buttons") or () if "topic" in button)
    return turns
