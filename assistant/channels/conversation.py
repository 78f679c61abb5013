"""A conversation as its owner may see it again, or have deleted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TypedDict, cast

from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.components.tracker_store import ConversationStore
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


async def replies_to(store: ConversationStore, conversation: str, message_id: str) -> list[Reply] | None:
    """The replies that a message got when it came before, or None where it did not."""
    told = turns(await store.retrieve_from(conversation, message_id))
    return told[0][1] if told else None


def store_of(agent: Agent) -> ConversationStore:
    """The store of the bot's conversations, out of what Rasa wraps it in."""
    return cast(ConversationStore, getattr(agent.tracker_store, "_tracker_store", agent.tracker_store))
