"""Chat in the terminal: plain text, sources under the answer, follow-up questions as a numbered menu."""

from __future__ import annotations

import argparse
import asyncio
import sys
import textwrap

from rasa.core.channels.channel import UserMessage

from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.channels.rendering import SHELL, render
from assistant.content.reply import Reply
from assistant.explain import as_text, understood

WIDTH = 88
CONVERSATION = "shell"


def show(replies: list[Reply]) -> str:
    """Replies as plain text."""
    return "\n\n".join("\n".join(textwrap.fill(line, WIDTH) for line in part.text.splitlines()) for part in render(replies, SHELL))


async def chat(explain: bool) -> None:
    """Read lines from standard input until it ends or says "exit"; `explain` shows after each what was understood, and why."""
    print("Loading ...", file=sys.stderr, flush=True)
    agent = await load_bot(keeps=False)
    print('Ask about dry needling. A number chooses a question; "exit" ends.\n')
    while True:
        try:
            text = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if text.lower() in ("exit", "quit"):
            return
        if not text:
            continue
        output = ContractOutput()
        await agent.handle_message(UserMessage(text, output, CONVERSATION))
        if explain:
            print(as_text(await understood(agent, CONVERSATION)))
        print(f"\n{show(output.replies)}\n")


def main() -> None:
    """Command line of `make shell`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--explain", action="store_true", help="show what was understood of each message, and why")
    asyncio.run(chat(parser.parse_args().explain))
