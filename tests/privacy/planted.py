"""Plants identifiers through every way in, against the running server, and looks for them wherever something is kept: in the raw bytes of
the database, in the log at its most talkative, in the metrics and in the model. `make documents` writes what was found."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch
from urllib.request import Request, urlopen

from assistant.paths import ROOT
from assistant.storage import outbox
from assistant.train import MODEL
from tests.channels.client import Server
from tests.channels.platforms import PLATFORMS, FakePlatforms, Platform
from tests.channels.running import Running, credentials, environment, running
from tests.privacy.messages import Message, messages
from tests.servers import free_port, listens

METRICS_TOKEN = "of-these-tests"
SESSION = 10  # messages; a session may send twenty a minute
LONG, LONG_NUMBER = 5, 6  # letters, or digits, from which a piece of an identifier tells something by itself
PLACES = ("database", "log", "metrics", "report", "model")
COMMON = {
    *("avenue", "close", "crescent", "boulevard", "flat", "lane", "june", "november"),
    *("https", "people", "example", "files", "scan", "injury", "physio", "inbox", "school", "mailbox"),
}


class Identifier(NamedTuple):
    """An identifier, and what to look for: all of it, and each piece that tells something."""

    kind: str
    text: str

    @property
    def whole(self) -> set[bytes]:
        digits = re.sub(r"\D", "", self.text)
        return {self.text.lower().encode(), *([digits.encode()] if len(digits) >= LONG_NUMBER else [])}

    @property
    def traces(self) -> set[bytes]:
        pieces = [piece for piece in re.findall(r"\w+", self.text.lower()) if piece not in COMMON]
        telling = [piece for piece in pieces if len(piece) >= (LONG_NUMBER if piece.isdecimal() else LONG)]
        return {*self.whole, *(piece.encode() for piece in telling)}


class Way(NamedTuple):
    """A way in: what it is called, and what sends a text by it. A channel that is added gets a line in `ways`."""

    name: str
    send: Callable[[Running, list[str]], None]


class Planted(NamedTuple):
    """How many identifiers of each kind were sent by each way, and which were found in each place."""

    ways: list[str]
    kinds: Counter[str]
    found: dict[str, list[Identifier]]


def identifiers(cases: Iterable[Message]) -> list[Identifier]:
    """The identifiers of some messages."""
    return [Identifier(kind, case.text[start:end]) for case in cases for start, end, kind in case.planted]


def sessions(server: Server, texts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """New sessions, each with what is said in it."""
    for first in range(0, len(texts), SESSION):
        yield server.begin(), texts[first : first + SESSION]


def by_website(target: Running, texts: list[str]) -> None:
    server = Server(target.base)
    for token, said in sessions(server, texts):
        assert all(server.say(token, text) for text in said)
        assert len(server.turns(token)) == len(said)


def by_feedback(target: Running, texts: list[str]) -> None:
    server = Server(target.base)
    for token, said in sessions(server, texts):
        for text in said:
            assert server.ask("POST", "/feedback", {"topic": "price", "helpful": False, "words": text}, token).status == 204


def by_form(target: Running, texts: list[str]) -> None:
    """As what a call back is about, which nobody is to tell in words."""
    server = Server(target.base)
    for text in texts:
        token = server.begin()
        asked = [server.say(token, said) for said in ("please call me back", "Sam Lee", "sam@caller.example", "any time")]
        assert all(replies[-1]["kind"] == "handoff" for replies in asked)
        told = server.say(token, text)
        if "has your request" not in told[-1]["text"]:  # a question was answered, and the form asks again
            told = server.say(token, "skip")
        assert "has your request" in told[-1]["text"]


def by_platform(platform: Platform) -> Callable[[Running, list[str]], None]:
    def send(target: Running, texts: list[str]) -> None:
        for number, text in enumerate(texts, start=1):
            sender = platform.sender[:-3] + f"{number:03}"  # somebody new each time
            assert target.receive(platform, platform.says(text, number, sender))[0] == 200

    return send


def ways() -> list[Way]:
    """Every way in."""
    phones = [Way(platform.name, by_platform(platform)) for platform in PLATFORMS]
    return [Way("website", by_website), Way("call-back form", by_form), Way("feedback", by_feedback), *phones]


def everything(folder: Path) -> bytes:
    """The bytes of every file of a folder, but for the log."""
    return b"".join(
        path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("log", "credentials.yml")
    )


def without_limits(text: str) -> str:
    """credentials.yml for a client that says more in a minute than patients do."""
    return re.sub(r"(per_minute_of_an_address): \d+", r"\1: 100000", text)


@contextmanager
def actions(folder: Path) -> Iterator[None]:
    """The action server of the environment; it logs beside the server."""
    with (folder / "log").open("a") as log:
        server = subprocess.Popen([sys.executable, "-m", "actions"], cwd=ROOT, env=environment(folder), stdout=log, stderr=log)
    try:
        while not listens(int(os.environ["ACTIONS_PORT"])):
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)


def plant(cases: list[Message], folder: Path) -> Planted:
    """Send every message by every way in to a server that logs all it can; what of the identifiers was found afterwards, and where."""
    texts, planted = [case.text for case in cases], identifiers(cases)
    port = str(free_port())
    settings = {
        "LOG_LEVEL": "DEBUG",
        "METRICS_TOKEN": METRICS_TOKEN,
        "ACTIONS_PORT": port,
        "ACTIONS_URL": f"http://127.0.0.1:{port}/webhook",
    }
    patched = patch("tests.channels.running.credentials", lambda base: without_limits(credentials(base)))
    with (
        FakePlatforms() as platforms,
        patch.dict(os.environ, settings),
        patched,
        actions(folder),
        running(folder, platforms.base) as target,
    ):
        for way in ways():
            way.send(target, texts)
        # What is on its way to a patient's phone is kept until it has arrived there.
        while outbox.waiting(target.database):
            time.sleep(0.05)
        with urlopen(Request(f"{target.base}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})) as told:
            figures = told.read()
        reported = report(folder)
        before = everything(folder)  # with the write-ahead log and free pages
        target.database.overwrite()
        log = target.log.read_bytes()
        assert b"DEBUG" in log or b"INFO" in log
        assert platforms.wrong == []
        places = {"database": before + everything(folder), "log": log, "metrics": figures, "report": reported}
        places["model"] = gzip.decompress(MODEL.read_bytes())
    # The model was trained before: there a piece of a name is somebody else's.
    found = {name: traces(planted, places[name], whole=name == "model") for name in PLACES}
    return Planted([way.name for way in ways()], Counter(kind for kind, _ in planted), found)


def report(folder: Path) -> bytes:
    """What `make insights` writes of it: the page, and the figures of it as a table."""
    page, figures = folder / "report.html", folder / "report.csv"
    command = [sys.executable, "-m", "assistant", "insights", "--out", str(page), "--csv", str(figures)]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, capture_output=True)
    return page.read_bytes() + figures.read_bytes()


def traces(planted: list[Identifier], kept: bytes, whole: bool = False) -> list[Identifier]:
    """The identifiers of which a trace, or all, is in what is kept."""
    kept = kept.lower()

    def is_there(trace: bytes) -> bool:
        return re.search(rb"(?<!\w)" + re.escape(trace) + rb"(?!\w)", kept) is not None

    return [identifier for identifier in planted if any(map(is_there, identifier.whole if whole else identifier.traces))]


def table(found: Planted) -> str:
    """What was found, as a table."""
    rows = [
        f"| {kind} | {number} | {' | '.join(str(sum(identifier.kind == kind for identifier in found.found[place])) for place in PLACES)} |"
        for kind, number in sorted(found.kinds.items())
    ]
    return f"| kind | planted | found in the {' | in the '.join(PLACES)} |\n|{'---|' * (2 + len(PLACES))}\n" + "\n".join(rows)


def measure() -> Planted:
    """The same for the fifty identifiers of planted.txt."""
    with TemporaryDirectory() as folder:
        return plant(messages("planted.txt"), Path(folder))
