"""An output channel that collects messages as the reply contract has them."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from assistant.content.reply import Reply, messages_of


class ContractOutput(OutputChannel):
    """Keeps the replies to one message, in the order they were sent."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in stored events."""
        return "website"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message as it is; Rasa's own method would drop its sources and split it at blank lines."""
        self.replies += messages_of(message)
