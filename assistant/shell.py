"""Chat in the terminal: plain text, sources under the answer, follow-up questions as a numbered menu."""

from __future__ import annotations

import argparse
import asyncio
import sys
import textwrap

from rasa.core.channels.channel import UserMessage

from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.content.reply import Reply
from assistant.explain import as_text, understood

WIDTH = 88
CONVERSATION = "shell"


def show(reply: Reply) -> str:
    """A reply as plain text."""
    paragraphs = [textwrap.fill(line, WIDTH) for line in reply["text"].splitlines()]
    if reply["sources"]:
        ids = ", ".join(source["id"] for source in reply["sources"])
        paragraphs.append(textwrap.fill(f"[{reply['kind']}] Sources: {ids}. Checked: {reply['reviewed']}.", WIDTH))
    paragraphs += [f"  {number}. {button['title']}" for number, button in enumerate(reply["buttons"], start=1)]
    return "\n".join(paragraphs)


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
        print("\n" + "\n\n".join(show(reply) for reply in output.replies) + "\n")


def main() -> None:
    """Command line of `make shell`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--explain", action="store_true", help="show what was understood of each message, and why")
    asyncio.run(chat(parser.parse_args().explain))
