"""A conversation as the understanding needs it, from Rasa's tracker."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.content.reply import ASK_TO_CALL
from assistant.understanding.decision import CALL_BACK
from assistant.understanding.memory import REACH, Turn
from assistant.understanding.text import clean, lower

FORM = "call_back_form"
READ = "_turns_read"  # attribute of a tracker: how many events it had when it was read, and the turns; three ask in every turn


def turns_of(tracker: DialogueStateTracker | None) -> list[Turn]:
    """The last turns of the present session, as far back as anything refers, oldest first: each message of the patient, with the
    questions shown under the reply to it.

    Read from the end, so that a turn costs the same however long the conversation has become.
    """
    if tracker is None:
        return []
    length, turns = getattr(tracker, READ, (-1, []))
    if length != len(tracker.events):
        turns = _read(tracker)
        setattr(tracker, READ, (len(tracker.events), turns))
    return list(turns)


def _read(tracker: DialogueStateTracker) -> list[Turn]:
    turns: list[Turn] = []
    offered: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted) or len(turns) == REACH:
            break
        if isinstance(event, BotUttered):
            offered[:0] = [_offers(button) for button in event.data.get("buttons") or () if "topic" in button]
        elif isinstance(event, UserUttered):
            understanding = event.parse_data.get("understanding", {})
            turns.insert(0, Turn(event.intent_name or "", understanding, offered, lower(clean(event.text or ""))))
            offered = []
    return turns


def _offers(button: dict[str, Any]) -> str:
    """What choosing a button by its place means: its topic, or the call back that it offers."""
    return CALL_BACK if button.get("payload") == ASK_TO_CALL else str(button["topic"])


def asked_in_form(tracker: DialogueStateTracker | None) -> str | None:
    """What the call-back form asked for last, `name`, `contact`, `time` or `topic`, while it asks; otherwise None."""
    if tracker is None or tracker.active_loop_name != FORM:
        return None
    return str(tracker.get_slot(REQUESTED_SLOT) or "").removeprefix(f"{CALL_BACK}_") or None
