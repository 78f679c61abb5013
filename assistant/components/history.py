"""A conversation as the understanding needs it, from Rasa's tracker."""

from __future__ import annotations

from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.understanding.memory import REACH, Turn
from assistant.understanding.text import clean, lower


def turns_of(tracker: DialogueStateTracker | None) -> list[Turn]:
    """The last turns of the present session, as far back as anything refers, oldest first: each message of the patient, with the
    questions shown under the reply to it.

    Read from the end, so that a turn costs the same however long the conversation has become.
    """
    turns: list[Turn] = []
    offered: list[str] = []
    for event in reversed(tracker.events) if tracker else ():
        if isinstance(event, SessionStarted) or len(turns) == REACH:
            break
        if isinstance(event, BotUttered):
            offered[:0] = [button["topic"] for button in event.data.get("buttons") or () if "topic" in button]
        elif isinstance(event, UserUttered):
            understanding = event.parse_data.get("understanding", {})
            turns.insert(0, Turn(event.intent_name or "", understanding, offered, lower(clean(event.text or ""))))
            offered = []
    return turns
