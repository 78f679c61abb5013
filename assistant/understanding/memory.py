"""What a conversation was about: the topic answered last, and the complaint named last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.understanding.conditions import Condition, Mention
from assistant.understanding.decision import FAQ

REACH = 3  # messages back; what was said before them is no longer meant by "it"


@dataclass(frozen=True)
class Memory:
    """What a follow-up may refer to. `mentions` holds the complaint named last, as weak a hint as a body part."""

    topic: str | None = None
    mentions: list[Mention] = field(default_factory=list)


def recall(parsed: Sequence[dict[str, Any]]) -> Memory:
    """The memory of a conversation.

    Args:
        parsed: what was understood of each message of the patient, oldest first, as stored with it.
    """
    understood = [message.get("understanding", {}) for message in parsed[-REACH:]]
    topics = [label.partition("/")[2] for message in understood for label in message.get("parts", ()) if label.startswith(f"{FAQ}/")]
    named = [Condition(message["condition_topic"], message["condition"]) for message in understood if message.get("condition_topic")]
    return Memory(topics[-1] if topics else None, [Mention(named[-1], 0, 0, is_part=True)] if named else [])
