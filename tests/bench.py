"""Measures training, start, memory and a turn, with a `rasa init` project measured beside it in the same run.

Prints a table and writes build/bench.json: `train_ratio`, `start_ratio`, `memory_ratio`, `turn_p50_ratio` (ours divided by the peer's; less
is better) and the figures behind them. The peer is trained once and kept in build/peer; delete the folder to train it again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

from assistant.paths import ROOT

BUILD = ROOT / "build"
PEER = BUILD / "peer"
TURNS = 100
STARTS = 3
LONGEST_START = 180  # seconds
LIMITS = ("messages_per_minute", "messages_per_minute_of_an_address", "sessions_per_minute_of_an_address")
TOKENS: dict[str, str] = {}  # of our bot's conversations
OURS_ASKED = ["does it hurt", "how many sessions will i need", "is it the same as acupuncture", "can you help with my stiff neck", "hello"]
PEER_ASKED = ["hello", "i am fine", "i am sad", "are you a bot", "bye"]


class Bot(NamedTuple):
    """A bot to measure: how it is trained and served, where, on which port, and what it is asked."""

    name: str
    folder: Path
    train: list[str]
    serve: list[str]
    port: int
    questions: list[str]


def bots() -> list[Bot]:
    rasa = [sys.executable, "-m", "rasa"]
    return [
        Bot("ours", ROOT, [sys.executable, "-m", "assistant", "train"], [sys.executable, "-m", "assistant", "serve"], 5805, OURS_ASKED),
        Bot(
            "rasa init",
            PEER,
            [*rasa, "train", "--force", "--fixed-model-name", "peer"],
            [*rasa, "run", "--port", "5806", "--credentials", "credentials.yml", "--model", "models/peer.tar.gz"],
            5806,
            PEER_ASKED,
        ),
    ]


def environment(bot: Bot) -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet, "PORT": str(bot.port), "NEEDLING_CREDENTIALS": str(unlimited())}


def unlimited() -> Path:
    """Credentials for our bot with limits that the measuring does not reach."""
    BUILD.mkdir(exist_ok=True)
    file = BUILD / "bench-credentials.yml"
    file.write_text("assistant.channels.website.WebsiteInput:\n" + "".join(f"  {name}: 1000000\n" for name in LIMITS))
    return file


def make_peer() -> None:
    if not (PEER / "config.yml").is_file():
        shutil.rmtree(PEER, ignore_errors=True)
        PEER.mkdir(parents=True)
        # What `rasa init` writes, without the training that it goes on to: that is timed below.
        subprocess.run([sys.executable, "-c", "from rasa.cli.scaffold import create_initial_project as c; c('.')"], cwd=PEER, check=True)
        (PEER / "credentials.yml").write_text("rest:\n")


def time_training(bot: Bot) -> float:
    began = time.perf_counter()
    subprocess.run(bot.train, cwd=bot.folder, env=environment(bot), capture_output=True, check=True)
    return time.perf_counter() - began


def begin(bot: Bot, sender: str) -> None:
    """Have a conversation of that name to ask in; the peer takes any name."""
    if bot.name == "ours" and sender not in TOKENS:
        TOKENS[sender] = post(bot, "website/session", {})["session"]["token"]


def ask(bot: Bot, text: str, sender: str) -> Any:
    """The replies to a message, in a conversation that was begun."""
    if bot.name == "ours":
        return post(bot, "website/messages", {"message": text}, {"Authorization": f"Bearer {TOKENS[sender]}"})["messages"]
    return post(bot, "rest/webhook", {"sender": sender, "message": text})


def post(bot: Bot, path: str, body: dict[str, str], headers: dict[str, str] | None = None) -> Any:
    headers = {"Content-Type": "application/json", **(headers or {})}
    with urlopen(Request(f"http://127.0.0.1:{bot.port}/webhooks/{path}", json.dumps(body).encode(), headers), timeout=30) as response:
        return json.load(response)


@contextmanager
def served(bot: Bot) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The running server, and the seconds from its start to its first answer."""
    TOKENS.clear()  # they were the last server's
    began = time.perf_counter()
    server = subprocess.Popen(bot.serve, cwd=bot.folder, env=environment(bot), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            if server.poll() is not None or time.perf_counter() - began > LONGEST_START:
                sys.exit(f"{bot.name}: the server did not start: {' '.join(bot.serve)}")
            try:
                begin(bot, "first")
                if ask(bot, bot.questions[0], "first"):
                    break
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        yield server, time.perf_counter() - began
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def time_turns(bot: Bot) -> list[float]:
    """Milliseconds of each turn of one user, in conversations of five turns."""
    taken = []
    for turn in range(TURNS):
        # A number in the text, so that no embedding is remembered from the turn before.
        text = f"{bot.questions[turn % len(bot.questions)]} {turn}"
        begin(bot, sender := f"user-{turn // 5}")
        began = time.perf_counter()
        ask(bot, text, sender)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def measure(bot: Bot) -> dict[str, float]:
    figures = {"train_seconds": time_training(bot)}
    starts = []
    for _ in range(STARTS):
        with served(bot) as (server, start):
            starts.append(start)
            if len(starts) == STARTS:
                turns = time_turns(bot)
                figures["memory_megabytes"] = resident_megabytes(server)
    return {
        **figures,
        "start_seconds": statistics.median(starts),
        "turn_p50_ms": statistics.median(turns),
        "turn_p95_ms": statistics.quantiles(turns, n=20)[-1],
    }


def main() -> None:
    if not Path("/proc/self/status").is_file():
        sys.exit("make bench reads memory from /proc, which this system does not have; run it on Linux.")
    make_peer()
    figures = {}
    for bot in bots():
        print(f"Measuring {bot.name} ...", file=sys.stderr, flush=True)
        figures[bot.name] = measure(bot)
    ours, peer = figures["ours"], figures["rasa init"]
    print(f"{'':18}{'ours':>10}{'rasa init':>12}{'ratio':>8}")
    for name in ours:
        print(f"{name:18}{ours[name]:10.1f}{peer[name]:12.1f}{ours[name] / peer[name]:8.2f}")
    ratios = {
        "train_ratio": ours["train_seconds"] / peer["train_seconds"],
        "start_ratio": ours["start_seconds"] / peer["start_seconds"],
        "memory_ratio": ours["memory_megabytes"] / peer["memory_megabytes"],
        "turn_p50_ratio": ours["turn_p50_ms"] / peer["turn_p50_ms"],
    }
    (BUILD / "bench.json").write_text(json.dumps({**ratios, "figures": figures}, indent=2) + "\n")
    print("Written to build/bench.json")


if __name__ == "__main__":
    main()
