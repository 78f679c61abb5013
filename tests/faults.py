"""Breaks one part after another while people chat with two servers on PostgreSQL and Redis, and tells what they saw and what was lost.

`make faults` runs it and writes docs/faults.md; tests/test_outages.py holds a part of it in every test run. Patients write as the widget
does, by way of the reverse proxy where there is one: an answer that does not come is asked for again, under the same id.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from assistant.paths import MODELS, ROOT
from assistant.storage.database import Database
from assistant.storage.schema import EVENTS
from tests.proxy import Proxy, lacking
from tests.servers import Assistant, PostgreSQL, SmallDisk, free_port, start_redis

DOCUMENT = ROOT / "docs" / "faults.md"
PATIENTS = 6
DISK_OF_POSTGRESQL, DISK_OF_SQLITE = 256, 24  # MB
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
    """Servers of one assistant behind the reverse proxy, with what they need.

    Args:
        disk: what the database is on, where that can be full.
        on_sqlite: whether it is one server on SQLite instead of two on PostgreSQL.
    """

    def __init__(self, folder: Path, disk: SmallDisk | None = None, on_sqlite: bool = False) -> None:
        self.folder = folder
        self.disk = disk
        (folder / "credentials.yml").write_text(CREDENTIALS)
        shutil.copytree(MODELS, folder / "models")
        data = disk.folder if disk else folder
        self._postgresql = None if on_sqlite else PostgreSQL(data / "postgresql")
        self.url = f"sqlite:///{data / 'assistant.db'}" if self._postgresql is None else self._postgresql.url
        self.redis_port = free_port()
        self.redis = start_redis(self.redis_port)
        self.actions_port = free_port()
        self.environment = {
            "NEEDLING_SECRET": SECRET,
            "NEEDLING_CREDENTIALS": str(folder / "credentials.yml"),
            "NEEDLING_MODELS": str(folder / "models"),
            "NEEDLING_STATE": str(data / "state"),
            "DATABASE_URL": self.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}/webhook",
        }
        self.actions = self.start_actions()
        self._bot_port = free_port()
        self._number = count(2)
        self._turn = count()
        self.addresses: list[str] = []  # that the proxy is told
        self.servers = [self.new_server() for _ in range(1 if on_sqlite else 2)]
        self.proxy = None if lacking() else Proxy(folder, self._bot_port, self.addresses)
        for server in self.servers:
            server.start(waits=False)
        for server in self.servers:
            server.wait_until_ready()

    @property
    def postgresql(self) -> PostgreSQL:
        """The database."""
        if self._postgresql is None:
            raise RuntimeError("it is on SQLite")
        return self._postgresql

    def new_server(self, **environment: str) -> Assistant:
        """A server, not started yet; the proxy knows of it, as a container network's names come before the servers are ready."""
        if lacking():
            return Assistant(self.folder, {**self.environment, **environment})
        self.addresses.append(f"127.0.0.{next(self._number)}")
        return Assistant(self.folder, {**self.environment, **environment}, address=(self.addresses[-1], self._bot_port))

    def start_actions(self) -> subprocess.Popen[bytes]:
        """The action server."""
        given = {**os.environ, **self.environment, "ACTIONS_PORT": str(self.actions_port)}
        return subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=ROOT, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        """End everything."""
        if self.proxy:
            self.proxy.stop()
        for server in self.servers:
            server.stop()
        for process in (self.redis, self.actions):
            process.kill()
            process.wait()
        if self._postgresql:
            self._postgresql.delete()

    def base(self) -> str:
        """The proxy; where there is none, one server and the other in turn, so that no patient stays with one."""
        return self.proxy.base if self.proxy else self.servers[next(self._turn) % len(self.servers)].base


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
    """The answer to a request, asked for until it comes; None after PATIENCE."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            answer = post(place.base(), path, body, token)
        except HTTPError as error:
            with error:
                if error.code < 500 and error.code != 429:
                    raise
        except (URLError, OSError):
            pass  # it is asked again
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
    store = Database(place.url)
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
        place.servers[number] = place.new_server(NEEDLING_MODELS=str(other)).start()
        if old.host in place.addresses:
            place.addresses.remove(old.host)
        old.stop()


def take_no_writes(place: Place) -> None:
    """PostgreSQL lets nobody write, as those who rent it out do before a disk is full, and lets them write again."""
    place.postgresql.execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    time.sleep(4)
    place.postgresql.execute("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")


def fill_the_disk(place: Place) -> None:
    """The disk of the database is full, and has room again."""
    if place.disk is None:
        limit_files(place, 0)
        time.sleep(4)
        limit_files(place, resource.RLIM_INFINITY)
        return
    place.disk.fill()
    time.sleep(4)
    place.disk.empty()


def limit_files(place: Place, size: int) -> None:
    """Let the servers write to no file beyond a size: without root, the next best to a full disk. Linux only."""
    for server in place.servers:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def fill_the_disk_and_the_log(place: Place) -> None:
    """The disk is full just when PostgreSQL needs another file for its write-ahead log: it ends, and cannot start."""
    if place.disk is None:
        raise RuntimeError("there is no disk to fill")
    place.disk.fill()
    with suppress(SQLAlchemyError):
        for _ in range(10):  # the files that it keeps for later are used up before
            place.postgresql.execute("SELECT pg_switch_wal()", "UPDATE schema_version SET version = version")
        raise AssertionError("PostgreSQL found room for its log")
    time.sleep(4)
    place.disk.empty()
    place.postgresql.start()


FAULTS = [
    Fault("nothing", nothing),
    Fault("one of two servers killed", kill_a_server),
    Fault("Redis killed", kill_redis),
    Fault("PostgreSQL stopped at once", kill_postgresql),
    Fault("PostgreSQL takes no writes", take_no_writes),
    Fault("the action server killed", cut_the_action_server),
    Fault("a new model rolled out", roll_to_a_new_model),
]
ON_A_SMALL_DISK = [
    Fault("PostgreSQL's disk full", fill_the_disk),
    Fault("the same, and its log needs room", fill_the_disk_and_the_log),
]
ON_SQLITE = [Fault("disk full: one server on SQLite", fill_the_disk)]

COLUMNS = (
    "what was broken", "messages", "answered", "safety texts", "apologies", "never answered", "asked again", "longest wait",
    "not stored", "stored twice",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"


def put(part: str, made: str) -> None:
    """Write a part of the page, between its markers."""
    before, after = DOCUMENT.read_text(encoding="utf-8").split(f"<!-- {part} -->\n")
    after = after.split(f"<!-- end of {part} -->")[1]
    DOCUMENT.write_text(f"{before}<!-- {part} -->\n{made}<!-- end of {part} -->{after}", encoding="utf-8")


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


@contextmanager
def a_place(disk: int = 0, on_sqlite: bool = False) -> Iterator[Place]:
    """A place that lasts as long as the block; its database on a disk of so many MB, where one is wanted and may be made."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        small = None
        if disk:
            with suppress(PermissionError):
                small = SmallDisk(disk)
                stack.callback(small.remove)
        place = Place(folder, small, on_sqlite)
        stack.callback(place.close)
        yield place


def main() -> None:
    if reason := lacking():
        print(f"Without the reverse proxy: {reason}.")
    lines = [HEAD]
    for place_of, faults in (
        (a_place(), FAULTS),
        (a_place(DISK_OF_POSTGRESQL), ON_A_SMALL_DISK),
        (a_place(DISK_OF_SQLITE, on_sqlite=True), ON_SQLITE),
    ):
        with place_of as place:
            if place.disk is None and faults is ON_A_SMALL_DISK:
                print("PostgreSQL's disk cannot be filled: that takes the right to mount one.")
                continue
            for fault in faults:
                seen = during(place, fault.breaks)
                lines.append(row(fault, seen, *kept(place, seen)))
                print(lines[-1], end="", flush=True)
    put("faults", "".join(lines))
    print(f"Written to {DOCUMENT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
