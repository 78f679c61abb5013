"""Replies to every line of a JSONL file through the full bot, each line a fresh conversation; no server, no action server.

A line is {"text": ...} or {"turns": [...]}, other fields are kept. Each line out has its fields and "replies": for each turn the list of
messages the bot sent, as the reply contract says. With --explain also "understood": for each turn what the bot made of it, and why.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.content.reply import Reply
from assistant.explain import understood


class LineError(ValueError):
    """A line that is not a case to reply to."""


def read_cases(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The cases in the lines of a JSONL file; blank lines are passed over.

    Raises:
        LineError: naming the line and what was expected.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except json.JSONDecodeError as error:
            raise LineError(f"line {number}: not JSON: {error}") from None
        if not isinstance(case, dict) or not _turns(case):
            raise LineError(f'line {number}: expected {{"text": "..."}} or {{"turns": ["...", ...]}}')
        yield case


def _turns(case: dict[str, Any]) -> list[str]:
    turns = case.get("turns", [case.get("text")])
    return turns if isinstance(turns, list) and all(isinstance(turn, str) for turn in turns) else []


async def reply_to(agent: Agent, turns: list[str], conversation: str, explain: bool = False) -> dict[str, Any]:
    """What the bot sends for each turn of one conversation and, if asked, what it made of it."""
    replies: list[list[Reply]] = []
    explained: list[dict[str, Any]] = []
    for turn in turns:
        output = ContractOutput()
        await agent.handle_message(UserMessage(turn, output, conversation))
        replies.append(output.replies)
        if explain:
            explained.append(await understood(agent, conversation))
    return {"replies": replies, "understood": explained} if explain else {"replies": replies}


async def evaluate(cases: list[dict[str, Any]], explain: bool = False) -> list[dict[str, Any]]:
    """Each case with its replies."""
    agent = await load_bot(keeps=False)
    return [{**case, **await reply_to(agent, _turns(case), f"line {number}", explain)} for number, case in enumerate(cases)]


def main() -> None:
    """Command line of `scripts/evaluate`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--explain", action="store_true", help="also write what the bot made of each message, and why")
    wanted = parser.parse_args()
    path = wanted.file
    try:
        cases = list(read_cases(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}.")
    except (LineError, UnicodeDecodeError) as error:
        sys.exit(f"{path}: {error}.")
    for result in asyncio.run(evaluate(cases, wanted.explain)):
        print(json.dumps(result, ensure_ascii=False))
