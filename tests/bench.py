"""Measures training, start, memory, turns and throughput, with a `rasa init` project measured beside it in the same run.

Prints a table and writes build/bench.json: `train_ratio`, `start_ratio`, `memory_ratio`, `turn_p50_ratio` (ours divided by the peer's; less
is better), `throughput_1_ratio` and `throughput_2_ratio` (turns a second with one and with two of our server processes, divided by the
peer's with one, which is all it can have without a lock store; more is better), `turn_200_over_5` (ours: the 200th turn of a conversation
against the 5th) and the figures behind them. The peer has an environment of its own, with all that Rasa wants (build/peer-env).
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from assistant.paths import ROOT

BUILD = ROOT / "build"
PEER = BUILD / "peer"
PEER_PYTHON = BUILD / "peer-env" / "bin" / "python"  # scripts/bench makes it
USERS = (1, 8, 32)
LOADED = 6.0  # seconds for which so many users write
LENGTHS = (5, 50, 200)  # turns of a conversation at which the next is timed
LONG_CONVERSATIONS = 3
NEAR = 5  # turns that stand for one length
TURNS = 100
STARTS = 3
LONGEST_START = 180  # seconds
LIMITS = ("messages_per_minute", "messages_per_minute_of_an_address", "sessions_per_minute_of_an_address")
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
    rasa = [str(PEER_PYTHON), "-m", "rasa"]
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
    ours = {"PORT": str(bot.port), "NEEDLING_CREDENTIALS": str(unlimited())} if bot.name == "ours" else {"PYTHONPATH": ""}
    return {**os.environ, **quiet, **ours}


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
        subprocess.run([str(PEER_PYTHON), "-c", "from rasa.cli.scaffold import create_initial_project as c; c('.')"], cwd=PEER, check=True)
        (PEER / "credentials.yml").write_text("rest:\n")


def time_training(bot: Bot) -> float:
    began = time.perf_counter()
    subprocess.run(bot.train, cwd=bot.folder, env=environment(bot), capture_output=True, check=True)
    return time.perf_counter() - began


class User:
    """Somebody who writes to a bot, over one connection, in one conversation after another."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._connection = HTTPConnection("127.0.0.1", bot.port, timeout=30)
        self._token = ""
        self._name = os.urandom(8).hex()

    def begin(self) -> None:
        """Begin a conversation."""
        if self._bot.name == "ours":
            self._token = self._post("website/session", {})["session"]["token"]
        self._name = os.urandom(8).hex()

    def ask(self, text: str) -> Any:
        """The replies to a message."""
        if self._bot.name == "ours":
            return self._post("website/messages", {"message": text}, {"Authorization": f"Bearer {self._token}"})["messages"]
        return self._post("rest/webhook", {"sender": self._name, "message": text})

    def ask_number(self, turn: int) -> float:
        """Ask the next question; the seconds until its reply. A number in the text keeps an embedding from being remembered."""
        text = f"{self._bot.questions[turn % len(self._bot.questions)]} {turn}"
        began = time.perf_counter()
        if not self.ask(text):
            sys.exit(f"{self._bot.name}: no reply to {text!r}.")
        return time.perf_counter() - began

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        sent = {"Content-Type": "application/json", **(headers or {})}
        self._connection.request("POST", f"/webhooks/{path}", json.dumps(body).encode(), sent)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise ConnectionError(f"status {response.status}")
        return json.loads(content)


@contextmanager
def served(bot: Bot, workers: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The running server, and the seconds from its start to its first answer."""
    with TemporaryDirectory() as state:
        given = {**environment(bot), "NEEDLING_STATE": state, "WORKERS": str(workers), "NEEDLING_SECRET": "of the benchmark only " * 4}
        yield from running(bot, given)


def running(bot: Bot, given: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    began = time.perf_counter()
    server = subprocess.Popen(bot.serve, cwd=bot.folder, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            if server.poll() is not None or time.perf_counter() - began > LONGEST_START:
                sys.exit(f"{bot.name}: the server did not start: {' '.join(bot.serve)}")
            with closing(User(bot)) as user:
                try:
                    user.begin()
                    if user.ask(bot.questions[0]):
                        break
                except (OSError, HTTPException):
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
    with closing(User(bot)) as user:
        taken = []
        for turn in range(TURNS):
            if turn % 5 == 0:
                user.begin()
            taken.append(user.ask_number(turn) * 1000)
        return taken


def time_long_conversations(bot: Bot) -> dict[int, float]:
    """Median milliseconds of a turn near each of LENGTHS."""
    taken: dict[int, list[float]] = {length: [] for length in LENGTHS}
    for _ in range(LONG_CONVERSATIONS):
        with closing(User(bot)) as user:
            user.begin()
            for turn in range(1, max(LENGTHS) + 1):
                milliseconds = user.ask_number(turn) * 1000
                for length in LENGTHS:
                    if length - NEAR < turn <= length:
                        taken[length].append(milliseconds)
    return {length: statistics.median(times) for length, times in taken.items()}


def throughput(bot: Bot, users: int) -> float:
    """Turns a second while so many users write one message after another."""
    end = time.perf_counter() + LOADED

    def write(number: int) -> int:
        with closing(User(bot)) as user:
            turns = 0
            while time.perf_counter() < end:
                if turns % 5 == 0:
                    user.begin()
                user.ask_number(number * 10_000 + turns)
                turns += 1
            return turns

    with ThreadPoolExecutor(users) as pool:
        return sum(pool.map(write, range(users))) / LOADED


def measure(bot: Bot) -> dict[str, float]:
    figures = {"train_seconds": time_training(bot)}
    starts = []
    for _ in range(STARTS):
        with served(bot) as (server, start):
            starts.append(start)
            if len(starts) == STARTS:
                turns = time_turns(bot)
                figures["memory_megabytes"] = resident_megabytes(server)
                figures |= {f"turn_{length}_ms": taken for length, taken in time_long_conversations(bot).items()}
                figures |= {f"turns_a_second_{users}_users": throughput(bot, users) for users in USERS}
    if bot.name == "ours":
        with served(bot, workers=2):
            time.sleep(2)  # the second process is ready a moment after the first
            figures |= {f"turns_a_second_{users}_users_2_processes": throughput(bot, users) for users in USERS}
    return {
        **figures,
        "start_seconds": statistics.median(starts),
        "start_spread": max(starts) - min(starts),
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
    print(f"{'':38}{'ours':>10}{'rasa init':>12}{'ratio':>8}")
    for name in ours:
        against = peer.get(name.removesuffix("_2_processes"))
        print(f"{name:38}{ours[name]:10.1f}{against:12.1f}{ours[name] / against:8.2f}" if against else f"{name:38}{ours[name]:10.1f}")
    best = max(peer[f"turns_a_second_{users}_users"] for users in USERS)
    ratios = {
        "train_ratio": ours["train_seconds"] / peer["train_seconds"],
        "start_ratio": ours["start_seconds"] / peer["start_seconds"],
        "memory_ratio": ours["memory_megabytes"] / peer["memory_megabytes"],
        "turn_p50_ratio": ours["turn_p50_ms"] / peer["turn_p50_ms"],
        "turn_p95_ratio": ours["turn_p95_ms"] / peer["turn_p95_ms"],
        "throughput_1_ratio": max(ours[f"turns_a_second_{users}_users"] for users in USERS) / best,
        "throughput_2_ratio": max(ours[f"turns_a_second_{users}_users_2_processes"] for users in USERS) / best,
        "turn_200_over_5": ours["turn_200_ms"] / ours["turn_5_ms"],
        "peer_turn_200_over_5": peer["turn_200_ms"] / peer["turn_5_ms"],
    }
    for name, ratio in ratios.items():
        print(f"{name:38}{ratio:10.2f}")
    (BUILD / "bench.json").write_text(json.dumps({**ratios, "figures": figures}, indent=2) + "\n")
    print("Written to build/bench.json")


if __name__ == "__main__":
    main()
