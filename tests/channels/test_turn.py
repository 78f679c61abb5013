"""One turn: it is embedded ahead, and while others are under way they go on meanwhile."""

from __future__ import annotations

import asyncio
import math
import time
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from assistant import paths
from assistant.channels.turn import Turns
from assistant.components.graph_runner import InOrderRunner
from assistant.components.red_flags import RedFlags
from assistant.content.clinic import load_clinic


class Bot:
    """Answers every message, once `embedding` has ended where somebody waits for it."""

    def __init__(self, embedding):
        self.handled = []
        self.ahead = []
        flags = object.__new__(RedFlags)
        flags.embed_ahead = lambda text: self.ahead.append(text) or embedding
        self.graph_runner = InOrderRunner({"flags": SimpleNamespace(_component=flags)}, SimpleNamespace())
        self.processor = self

    async def handle_message(self, message):
        self.handled.append(message.text)
        await message.output_channel.send_response(message.sender_id, {"text": "an answer", "kind": "smalltalk"})


@pytest.fixture
def turns(monkeypatch):
    """The turns of a channel, when nobody has been answered for long."""
    monkeypatch.setattr(Turns, "last", ("", -math.inf))
    return Turns("website", load_clinic(paths.CLINIC))


def ask(turns, text, conversation, bot):
    return turns.replies(text, "id", conversation, bot)


@pytest.mark.parametrize(
    "before", [None, ("somebody", 0), ("another", -10)], ids=["nobody before", "the same before", "another long before"]
)
def test_a_turn_alone_goes_on_while_its_message_is_embedded(turns, monkeypatch, before):
    if before:
        monkeypatch.setattr(Turns, "last", (before[0], time.monotonic() + before[1]))
    bot = Bot(Future())  # it never ends, and nobody waits
    (reply,) = asyncio.run(ask(turns, "does it hurt", "somebody", bot))
    assert (reply["text"], bot.ahead, bot.handled) == ("an answer", ["does it hurt"], ["does it hurt"])


def test_after_anothers_turn_a_turn_waits_for_its_embedding_and_others_are_answered_meanwhile(turns):
    embedding = Future()
    waits, other = Bot(embedding), Bot(None)

    async def both():
        await ask(turns, "hello", "another", other)
        first = asyncio.create_task(ask(turns, "does it hurt", "somebody", waits))
        await asyncio.sleep(0)
        await ask(turns, "what does it cost", "another", other)
        assert (waits.handled, other.handled) == ([], ["hello", "what does it cost"])
        embedding.set_result(None)
        await first

    asyncio.run(both())
    assert waits.handled == ["does it hurt"]


def test_an_embedding_that_fails_is_met_with_an_apology(turns):
    embedding = Future()
    embedding.set_exception(RuntimeError("no memory"))

    async def two():
        await ask(turns, "hello", "another", Bot(None))
        return await ask(turns, "does it hurt", "somebody", Bot(embedding))

    (reply,) = asyncio.run(two())
    assert "Something went wrong on our side" in reply["text"]
