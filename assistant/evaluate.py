"""Replies to every line of a JSONL file through the full bot, each line a fresh conversation; no server, no action server.

A line is {"text": ...} or {"turns": [...]}, other fields are kept. Each line out has its fields and "replies": for each turn the list of
messages the bot sent, as the reply contract says.
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


async def reply_to(agent: Agent, turns: list[str], conversation: str) -> list[list[Reply]]:
    """What the bot sends for each turn of one conversation."""
    replies = []
    for turn in turns:
        output = ContractOutput()
        await agent.handle_message(UserMessage(turn, output, conversation))
        replies.append(output.replies)
    return replies


async def evaluate(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each case with its replies."""
    agent = await load_bot()
    return [{**case, "replies": await reply_to(agent, _turns(case), f"line {number}")} for number, case in enumerate(cases)]


def main() -> None:
    """Command line of `scripts/evaluate`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    path = parser.parse_args().file
    try:
        cases = list(read_cases(path.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}.")
    except (LineError, UnicodeDecodeError) as error:
        sys.exit(f"{path}: {error}.")
    for result in asyncio.run(evaluate(cases)):
        print(json.dumps(result, ensure_ascii=False))
