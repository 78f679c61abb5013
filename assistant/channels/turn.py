"""One turn of a conversation, for the channels where a patient must get a reply whatever happens."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from assistant import metrics
from assistant.channels.contract import ContractOutput
from assistant.components.graph_runner import InOrderRunner
from assistant.components.red_flags import RedFlags
from assistant.content.clinic import Clinic
from assistant.content.reply import Reply

LOG = logging.getLogger(__name__)
LONGEST_WAIT = 12  # seconds until the patient gets an apology instead; Twilio waits 15
BUSY = 0.1  # seconds since somebody else was answered, within which more may be waiting
APOLOGY = (
    "Something went wrong on our side, and I have no answer for you.\nPlease ask again, or call {phone}.\n"
    "In an emergency, call {emergency_number}.\nReference: {reference}"
)

Handle = Callable[[UserMessage], Awaitable[Any]]


def storable(text: str) -> str:
    """The text with whole characters only. JSON can hold half of one, as where a text was cut within an emoji; nothing could store it, and
    the patient would get no reply."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class OneAtATime:
    """A lock for each name, kept while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """The lock of a name."""
        return self._locks.setdefault(name, asyncio.Lock())


class Turns:
    """The turns of one channel. Whoever runs one holds the conversation's lock in the agent's lock store."""

    last = ("", -math.inf)  # the conversation of the last turn on any channel, and when that was

    def __init__(self, channel: str, clinic: Clinic) -> None:
        self._channel = channel
        self._clinic = clinic

    async def replies(self, text: str, message_id: str, conversation: str, agent: Agent) -> list[Reply]:
        """The bot's replies; where it fails or takes too long, an apology with the clinic's phone number."""
        began = time.perf_counter()
        said = await self._replies(text, message_id, conversation, agent)
        metrics.answered(self._channel, said, time.perf_counter() - began)
        return said

    async def _replies(self, text: str, message_id: str, conversation: str, agent: Agent) -> list[Reply]:
        output = ContractOutput()
        try:
            sent = UserMessage(text, output, conversation, input_channel=self._channel, message_id=message_id)
            await asyncio.wait_for(self._answer(sent, agent), LONGEST_WAIT)
        except Exception as error:  # whatever it was, the patient gets a reply
            reference = secrets.token_hex(4)
            # The text of an error may quote the message: only its kind is logged.
            LOG.error("A message was answered with an apology: %s (reference %s).", type(error).__name__, reference)
            return [self.apology(reference)]
        if not output.replies:
            LOG.error("A message got no reply (reference none).")
        return output.replies or [self.apology("none")]

    async def _answer(self, sent: UserMessage, agent: Agent) -> None:
        runner = getattr(agent.processor, "graph_runner", None)
        embedding = runner.component(RedFlags).embed_ahead(sent.text) if isinstance(runner, InOrderRunner) else None
        now = time.monotonic()
        (before, when), Turns.last = Turns.last, (sent.sender_id, now)
        # Others are answered while it is embedded. Where there are none, this turn goes on until it needs the embedding.
        if embedding and before != sent.sender_id and now - when < BUSY:
            await asyncio.shield(asyncio.wrap_future(embedding))  # it goes on for whoever else asked the same
        # Not by the agent, which would wait for the conversation's lock: it is the caller's already.
        await agent.processor.handle_message(sent)

    def apology(self, reference: str) -> Reply:
        """That something went wrong, and whom to call."""
        metrics.APOLOGIES.inc()
        return self.notice(APOLOGY, "handoff", reference=reference)

    def notice(self, text: str, kind: str, **more: str) -> Reply:
        """A text of the channel itself, its blanks filled with the clinic's facts."""
        return Reply(text=text.format(**self._clinic.facts, **more), kind=kind, topics=[], sources=[], reviewed="", buttons=[])
