"""One turn of a conversation, for the channels where a patient must get a reply whatever happens."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.channels.channel import UserMessage

from assistant.channels.contract import ContractOutput
from assistant.content.clinic import Clinic
from assistant.content.reply import Reply

LOG = logging.getLogger(__name__)
LONGEST_WAIT = 12  # seconds until the patient gets an apology instead; Twilio waits 15
APOLOGY = (
    "Something went wrong on our side, and I have no answer for you.\nPlease ask again, or call {phone}.\n"
    "In an emergency, call {emergency_number}.\nReference: {reference}"
)

Handle = Callable[[UserMessage], Awaitable[Any]]


class OneAtATime:
    """A lock for each name, kept while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """The lock of a name."""
        return self._locks.setdefault(name, asyncio.Lock())


class Turns:
    """The turns of one channel.

    Attributes:
        one_at_a_time: locks by conversation; whoever runs a turn holds its own.
    """

    def __init__(self, channel: str, clinic: Clinic) -> None:
        self._channel = channel
        self._clinic = clinic
        self.one_at_a_time = OneAtATime()

    async def replies(self, text: str, message_id: str, conversation: str, handle: Handle) -> list[Reply]:
        """The bot's replies; where it fails or takes too long, an apology with the clinic's phone number."""
        output = ContractOutput()
        try:
            sent = UserMessage(text, output, conversation, input_channel=self._channel, message_id=message_id)
            await asyncio.wait_for(handle(sent), LONGEST_WAIT)
        except Exception as error:  # whatever it was, the patient gets a reply
            reference = secrets.token_hex(4)
            # The text of an error may quote the message: only its kind is logged.
            LOG.error("A message was answered with an apology: %s (reference %s).", type(error).__name__, reference)
            return [self.apology(reference)]
        if not output.replies:
            LOG.error("A message got no reply (reference none).")
        return output.replies or [self.apology("none")]

    def apology(self, reference: str) -> Reply:
        """That something went wrong, and whom to call."""
        return self.notice(APOLOGY, "handoff", reference=reference)

    def notice(self, text: str, kind: str, **more: str) -> Reply:
        """A text of the channel itself, its blanks filled with the clinic's facts."""
        return Reply(text=text.format(**self._clinic.facts, **more), kind=kind, topics=[], sources=[], reviewed="", buttons=[])
