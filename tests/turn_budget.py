"""Where the time of a turn goes: a table of its parts in docs/speed.md and a flame graph docs/turn-flame.svg, made by `make profile`.

The parts are timed within the running processor, by clocks put around the functions that begin and end them; what lies between is
Rasa's own. The flame graph is of py-spy, which looks at the process from outside a hundred times a second, without stopping it.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.components.answer_renderer import AnswerRenderer
from assistant.components.conditions import Conditions
from assistant.components.red_flags import RedFlags
from assistant.components.rules import Rules
from assistant.components.spacy_document import SpacyDocument
from assistant.components.topic_classifier import TopicClassifier
from assistant.components.tracker_store import ConversationStore
from assistant.paths import ROOT
from assistant.understanding.encoder import SentenceEncoder

DOCUMENT = ROOT / "docs" / "speed.md"
FLAME = ROOT / "docs" / "turn-flame.svg"
TURNS = 300
QUESTIONS = ["does it hurt", "how many sessions will i need", "is it the same as acupuncture", "can you help with my stiff neck", "hello"]
# The parts of a turn: a name for each, and the function that does it. The encoder is called by two of the others, and taken out of them.
PARTS: dict[str, tuple[type, str]] = {
    "reading the conversation": (ConversationStore, "retrieve"),
    "words": (SpacyDocument, "process"),
    "warning signs (without the encoder)": (RedFlags, "process"),
    "complaints": (Conditions, "process"),
    "topic (without the encoder)": (TopicClassifier, "process"),
    "sentence encoder": (SentenceEncoder, "encode"),
    "rules": (Rules, "predict_action_probabilities"),
    "wording the answer": (AnswerRenderer, "generate"),
    "writing the conversation": (ConversationStore, "save"),
}
WHOLE = "the whole turn, without HTTP"


class Clocks:
    """Milliseconds spent in each part, by turn; a part's own time, without the parts within it."""

    def __init__(self) -> None:
        self.turns: list[dict[str, float]] = []
        self._stack: list[list[Any]] = []

    def put_around(self, name: str, owner: type, method: str) -> None:
        original = getattr(owner, method)
        is_async = asyncio.iscoroutinefunction(original)

        @wraps(original)
        async def timed_async(*arguments: Any, **named: Any) -> Any:
            self._begin(name)
            try:
                return await original(*arguments, **named)
            finally:
                self._end()

        @wraps(original)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._begin(name)
            try:
                return original(*arguments, **named)
            finally:
                self._end()

        setattr(owner, method, timed_async if is_async else timed)

    def _begin(self, name: str) -> None:
        if name == WHOLE:
            self.turns.append(defaultdict(float))
        self._stack.append([name, time.perf_counter(), 0.0])

    def _end(self) -> None:
        name, began, within = self._stack.pop()
        taken = (time.perf_counter() - began) * 1000
        if self.turns:
            self.turns[-1][name] += taken - (0.0 if name == WHOLE else within)
        if self._stack:
            self._stack[-1][2] += taken

    def medians(self) -> dict[str, float]:
        """The median of each part over the turns, and of what is in none of them."""
        found = {name: statistics.median(turn.get(name, 0.0) for turn in self.turns) for name in (*PARTS, WHOLE)}
        rest = statistics.median(turn[WHOLE] - sum(turn.get(name, 0.0) for name in PARTS) for turn in self.turns)
        whole = found.pop(WHOLE)
        return {**found, "Rasa between them": rest, WHOLE: whole}


async def talk(turns: int, ask: Callable[[int], str]) -> None:
    """Hold conversations of five turns with the bot, on a database in a file."""
    bot = await load_bot()
    for turn in range(turns):
        await bot.handle_message(UserMessage(ask(turn), ContractOutput(), f"conversation {turn // 5}"))


def question(turn: int) -> str:
    """A number in the text, so that no embedding is remembered from the turn before."""
    return f"{QUESTIONS[turn % len(QUESTIONS)]} {turn}"


def budget() -> dict[str, float]:
    """The parts of a turn, in milliseconds."""
    clocks = Clocks()
    clocks.put_around(WHOLE, MessageProcessor, "handle_message")
    for name, (owner, method) in PARTS.items():
        clocks.put_around(name, owner, method)
    asyncio.run(talk(TURNS, question))
    clocks.turns = clocks.turns[len(clocks.turns) // 10 :]  # the first are slower
    return clocks.medians()


def draw_flame(to: Path) -> None:
    """A flame graph of many turns, from outside."""
    command = ["py-spy", "record", "--nonblocking", "--function", "--rate", "100", "--output", str(to), "--format", "flamegraph", "--"]
    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, sys.executable, "-m", "tests.turn_budget", "--turns"], cwd=ROOT, env=given, check=True, capture_output=True)
    drawn = to.read_text(encoding="utf-8").replace(f"{ROOT}/", "")
    # What took less than half a hundredth is too narrow to read, and is most of the file.
    slim = re.sub(r"<g><title>[^<]*\(\d+ samples?, 0\.[0-4]\d%\)</title>.*?</g>", "", drawn, flags=re.DOTALL)
    to.write_text(slim, encoding="utf-8")


def table(parts: dict[str, float]) -> str:
    lines = [f"| {name} | {taken:.2f} | {taken / parts[WHOLE]:.0%} |" for name, taken in parts.items()]
    return "\n".join(["| part | milliseconds | share |", "|---|---|---|", *lines])


def main() -> None:
    if "--turns" in sys.argv:
        asyncio.run(talk(4 * TURNS, question))
        return
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split("<!-- budget -->")[0], text.split("<!-- end of budget -->")[1]
    made = table(budget())
    DOCUMENT.write_text(f"{before}<!-- budget -->\n{made}\n<!-- end of budget -->{after}", encoding="utf-8")
    print(made)
    draw_flame(FLAME)
    print(f"Written: {DOCUMENT.relative_to(ROOT)} {FLAME.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
