"""A conversation as its owner may see it again, or have deleted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, TypedDict

from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.content.reply import Reply, messages_of


class ToldTurn(TypedDict):
    """A message of the patient and the replies to it, in the reply contract; `id` is the client's, `time` is in UTC."""

    id: str
    time: str
    message: str
    replies: list[Reply]


def turns(tracker: DialogueStateTracker | None) -> list[tuple[UserUttered, list[Reply]]]:
    """Each message with the replies to it, oldest first."""
    told: list[tuple[UserUttered, list[Reply]]] = []
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered):
            told.append((event, []))
        elif isinstance(event, BotUttered) and told:
            buttons = {"buttons": event.data.get("buttons")} if event.data.get("buttons") else {}
            told[-1][1].extend(messages_of({**event.metadata, **buttons, "text": event.text}))
    return told


def history(tracker: DialogueStateTracker | None) -> list[ToldTurn]:
    """The conversation, oldest message first."""
    return [
        ToldTurn(id=event.message_id or "", time=in_utc(event.timestamp), message=event.text or "", replies=replies)
        for event, replies in turns(tracker)
    ]


def in_utc(seconds: float) -> str:
    """A time in seconds since 1970, as ISO 8601."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def replies_to(tracker: DialogueStateTracker | None, message_id: str) -> list[Reply] | None:
    """The replies that a message got when it came before, or None where it did not."""
    return next((replies for event, replies in turns(tracker) if event.message_id == message_id), None)


async def forget(store: TrackerStore, conversation: str) -> None:
    """Delete every event of a conversation.

    Raises:
        TypeError: for a store in which Rasa 3.6 gives no way to delete.
    """
    kept: Any = store
    while hasattr(kept, "_tracker_store"):  # Rasa wraps the store it was given
        kept = kept._tracker_store
    if isinstance(kept, InMemoryTrackerStore):
        kept.store.pop(conversation, None)
    elif isinstance(kept, SQLTrackerStore):
        with kept.session_scope() as session:
            session.query(kept.SQLEvent).filter(kept.SQLEvent.sender_id == conversation).delete()
            session.commit()
    else:
        raise TypeError(f"conversations cannot be deleted from a {type(kept).__name__}")
