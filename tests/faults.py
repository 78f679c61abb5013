"""Breaks one part after another while people chat with two servers on PostgreSQL and Redis, and tells what they saw and what was lost.

`make faults` runs it and writes docs/faults.md; tests/test_outages.py holds a part of it in every test run. Patients write as the widget
does: an answer that does not come is asked for again, under the same id, at whichever server the proxy gives.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import select

from assistant.paths import MODELS, ROOT
from assistant.storage.database import Database
from assistant.storage.schema import EVENTS
from tests.servers import Assistant, PostgreSQL, free_port, start_redis

DOCUMENT = ROOT / "docs" / "faults.md"
PATIENTS = 6
PATIENCE = 60.0  # seconds after which a patient gives up
SECRET = "of the faults only " * 4
QUESTIONS = [
    "does it hurt",
    "how long does that last",
    "what does a session cost",
    "my neck is stiff, does it help",
    "and how many sessions",
]
EMERGENCY = "i had needling on my back yesterday and now it hurts to breathe in"
CREDENTIALS = """
assistant.channels.website.WebsiteInput:
  messages_per_minute: 100000
  messages_per_minute_of_an_address: 100000
  sessions_per_minute_of_an_address: 100000
"""


class Fault(NamedTuple):
    """Something that breaks: what happens, and what it does to the place meanwhile."""

    name: str
    breaks: Callable[[Place], None]


@dataclass
class Seen:
    """What patients saw."""

    sent: int = 0
    answered: int = 0
    safety_texts: int = 0
    apologies: int = 0
    never: int = 0
    repeated: int = 0  # attempts that had to be repeated; the patient waits, and sees no error
    slowest: float = 0.0  # seconds
    sent_ids: list[tuple[str, str]] = field(default_factory=list)  # text, and the id under which it was sent


class Place:
    """Two servers of one assistant, with what they need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "credentials.yml").write_text(CREDENTIALS)
        shutil.copytree(MODELS, folder / "models")
        self.postgresql = PostgreSQL()
        self.redis_port = free_port()
        self.redis = start_redis(self.redis_port)
        self.actions_port = free_port()
        self.environment = {
            "NEEDLING_SECRET": SECRET,
            "NEEDLING_CREDENTIALS": str(folder / "credentials.yml"),
            "NEEDLING_MODELS": str(folder / "models"),
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}/webhook",
        }
        self.actions = self.start_actions()
        self.servers = [Assistant(folder, self.environment) for _ in range(2)]
        for server in self.servers:
            server.start(waits=False)
        for server in self.servers:
            server.wait_until_ready()
        self._turn = count()

    def start_actions(self) -> subprocess.Popen[bytes]:
        """The action server."""
        given = {**os.environ, **self.environment, "ACTIONS_PORT": str(self.actions_port)}
        return subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=ROOT, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        """End everything."""
        for server in self.servers:
            server.stop()
        for process in (self.redis, self.actions):
            process.kill()
            process.wait()

    def base(self) -> str:
        """One server and the other in turn: no patient stays with one."""
        return self.servers[next(self._turn) % len(self.servers)].base


def ask(method: str, base: str, path: str, token: str, body: dict[str, str] | None = None) -> dict:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    content = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{base}/webhooks/website/{path}", content, headers, method=method), timeout=30) as response:
        return json.loads(response.read() or b"{}")


def post(base: str, path: str, body: dict[str, str], token: str = "") -> dict:
    return ask("POST", base, path, token, body)


def get(base: str, path: str, token: str) -> dict:
    return ask("GET", base, path, token)


def forget(base: str, token: str) -> None:
    ask("DELETE", base, "session", token)


def persistent(place: Place, seen: Seen, path: str, body: dict[str, str], token: str = "") -> dict | None:
    """The answer to a request, at whichever server has one; None after PATIENCE."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            answer = post(place.base(), path, body, token)
        except HTTPError as error:
            with error:
                if error.code < 500 and error.code != 429:
                    raise
        except (URLError, OSError):
            pass  # the proxy's next server is asked
        else:
            seen.slowest = max(seen.slowest, time.monotonic() - began)
            return answer
        seen.repeated += 1
        time.sleep(0.2)
    return None


def chat(place: Place, number: int, until: threading.Event) -> Seen:
    """A patient who asks one question after another, and now and then tells of an emergency."""
    own = Seen()
    session = persistent(place, own, "session", {})
    for turn in count():
        if until.is_set() or session is None:
            break
        text = EMERGENCY if turn % 7 == 6 else QUESTIONS[turn % len(QUESTIONS)]
        name = f"patient-{number:02}-{os.urandom(4).hex()}-{turn:04}"
        own.sent += 1
        own.sent_ids.append((text, name))
        said = persistent(place, own, "messages", {"message": text, "id": name}, session["session"]["token"])
        kinds = [message["kind"] for message in said["messages"]] if said else []
        own.never += not kinds
        own.safety_texts += "red_flag" in kinds
        own.apologies += any("Something went wrong on our side" in message["text"] for message in (said or {}).get("messages", ()))
        own.answered += bool(kinds)
        time.sleep(0.05)
    return own


def sum_of(all_seen: list[Seen]) -> Seen:
    """What several patients saw."""
    whole = Seen()
    for seen in all_seen:
        for name, value in vars(seen).items():
            setattr(whole, name, max(whole.slowest, value) if name == "slowest" else getattr(whole, name) + value)
    return whole


def during(place: Place, breaks: Callable[[Place], None]) -> Seen:
    """What patients see who chat before, while and after something breaks."""
    until = threading.Event()
    with ThreadPoolExecutor(PATIENTS) as pool:
        patients = [pool.submit(chat, place, number, until) for number in range(PATIENTS)]
        time.sleep(2)
        try:
            breaks(place)
            time.sleep(2)
        finally:
            until.set()
        return sum_of([patient.result() for patient in patients])


def kept(place: Place, seen: Seen) -> tuple[int, int]:
    """How many messages are not in the database, and how many are there more than once."""
    for server in place.servers:  # what one of them still holds in memory it writes at its next turn
        post(server.base, "messages", {"message": "hello"}, post(server.base, "session", {})["session"]["token"])
    store = Database(place.postgresql.url)
    with store.read() as connection:
        found = [name for (name,) in connection.execute(select(EVENTS.c.message).where(EVENTS.c.type == "user"))]
    store.close()
    ours = {name for _, name in seen.sent_ids}
    times = [name for name in found if name in ours]
    return len(ours - set(times)), len(times) - len(set(times))


# --- what breaks ---


def nothing(_: Place) -> None:
    """Nothing breaks."""


def kill_a_server(place: Place) -> None:
    """One server is killed, and started again."""
    place.servers[0].kill()
    time.sleep(2)
    place.servers[0].start()


def kill_redis(place: Place) -> None:
    """Redis is killed, and started again."""
    place.redis.kill()
    place.redis.wait()
    time.sleep(3)
    place.redis = start_redis(place.redis_port)


def kill_postgresql(place: Place) -> None:
    """PostgreSQL is stopped at once, and started again."""
    place.postgresql.stop()
    time.sleep(4)
    place.postgresql.start()


def cut_the_action_server(place: Place) -> None:
    """The action server is killed, and started again."""
    place.actions.kill()
    place.actions.wait()
    time.sleep(3)
    place.actions = place.start_actions()


def roll_to_a_new_model(place: Place) -> None:
    """One server after the other is stopped and started with another model file."""
    other = place.folder / "other-models"
    if not other.exists():
        shutil.copytree(MODELS, other)
    for number, old in enumerate(place.servers):
        new = Assistant(place.folder, {**place.environment, "NEEDLING_MODELS": str(other)}).start()
        place.servers[number] = new
        time.sleep(0.5)  # the proxy has taken the old one out
        old.stop()


FAULTS = [
    Fault("nothing", nothing),
    Fault("one of two servers killed", kill_a_server),
    Fault("Redis killed", kill_redis),
    Fault("PostgreSQL stopped at once", kill_postgresql),
    Fault("the action server killed", cut_the_action_server),
    Fault("a new model rolled out", roll_to_a_new_model),
]

COLUMNS = (
    "what was broken", "messages", "answered", "safety texts", "apologies", "never answered", "asked again", "longest wait",
    "not stored", "stored twice",
)  # fmt: skip
HEAD = f"""# What happens when something dies

Two servers on PostgreSQL and Redis, {PATIENTS} patients chatting without a pause, each message to one server and the next to the
other; made by `make faults`. Everything is real: the processes are killed with SIGKILL, the database with `pg_ctl stop -m immediate`.
A message that gets no answer is sent again under the same id, as the widget does.

| {" | ".join(COLUMNS)} |
|{"---|" * len(COLUMNS)}
"""


def row(fault: Fault, seen: Seen, lost: int, doubled: int) -> str:
    figures = [
        seen.sent,
        seen.answered,
        seen.safety_texts,
        seen.apologies,
        seen.never,
        seen.repeated,
        f"{seen.slowest:.1f} s",
        lost,
        doubled,
    ]
    return f"| {fault.name} | {' | '.join(map(str, figures))} |\n"


def main() -> None:
    lines = [HEAD]
    with TemporaryDirectory() as folder:
        place = Place(Path(folder))
        try:
            for fault in FAULTS:
                seen = during(place, fault.breaks)
                lines.append(row(fault, seen, *kept(place, seen)))
                print(lines[-1], end="", flush=True)
        finally:
            place.close()
    DOCUMENT.write_text("".join(lines), encoding="utf-8")
    print(f"Written to {DOCUMENT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
