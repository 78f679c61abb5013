"""What a conversation was about: the topic answered last, the complaint named last, the questions offered last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from assistant.understanding.conditions import Condition, Mention
from assistant.understanding.decision import FAQ, MENU, UNSURE

REACH = 3  # messages back; what was said before them is no longer meant by "it"


class Turn(NamedTuple):
    """A message of the patient, and the reply.

    Attributes:
        intent: what the message was taken for.
        understanding: the property of that name that was stored with it.
        offered: the topics of the questions shown under the reply.
        text: the message, clean and in lower case.
    """

    intent: str
    understanding: dict[str, Any]
    offered: list[str]
    text: str = ""


@dataclass(frozen=True)
class Memory:
    """What a message may refer to.

    Attributes:
        topic: the topic answered last.
        mentions: the complaint named last, as weak a hint as a body part.
        offered: the topics of the questions shown under the last reply.
        unsure: whether the last reply was nothing but questions to choose from.
    """

    topic: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    unsure: bool = False


def recall(turns: Sequence[Turn]) -> Memory:
    """The memory of a conversation, from its turns, oldest first."""
    understood = [turn.understanding for turn in turns[-REACH:]]
    topics = [label.partition("/")[2] for message in understood for label in message.get("parts", ()) if label.startswith(f"{FAQ}/")]
    named = [Condition(message["condition_topic"], message["condition"]) for message in understood if message.get("condition_topic")]
    return Memory(
        topics[-1] if topics else None,
        [Mention(named[-1], 0, 0, is_part=True)] if named else [],
        turns[-1].offered if turns else [],
        bool(turns) and turns[-1].intent in (UNSURE, MENU),
    )
