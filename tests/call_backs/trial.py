"""Many people ask to be called back while the receivers fail half the time and the servers are killed: is one lost, does one come twice?

Everything is real: the server and the action server as processes, an HTTP receiver and a mail server that refuse half of what comes
(the receiver also takes some and drops the connection, so that the sender never hears of it). Every twentieth person has a whole
conversation over the website channel; of the others each answer goes straight to the action server, as Rasa sends it.
`scripts/call-back-trial` runs it with 1,000 people and writes what came of it into docs/call-backs.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from assistant.call_backs.requests import listed
from assistant.call_backs.values import FIELDS
from assistant.paths import ROOT
from assistant.storage import outbox
from assistant.storage.database import Database
from tests.call_backs.receivers import Mailbox, Receiver, mail_server
from tests.channels.client import CHANNEL, Server
from tests.servers import free_port, listens

PAGE = ROOT / "docs" / "call-backs.md"
TABLE = re.compile(r"(?<=<!-- trial -->\n).*(?=<!-- end of trial -->)", re.DOTALL)
CLIENTS = 6
CONVERSES = 20  # one of so many has a whole conversation
VALIDATE = "validate_call_back_form"
CREDENTIALS = """
assistant.channels.website.WebsiteInput:
  messages_per_minute: 100000
  messages_per_minute_of_an_address: 1000000
  sessions_per_minute_of_an_address: 1000000
"""
# The server, with pauses and leases of seconds instead of minutes
SERVE = """
from assistant import courier, logs
from assistant.storage import outbox
outbox.FIRST_PAUSE, outbox.LONGEST_PAUSE, outbox.LEASE, courier.LONGEST_SENDING, courier.IDLE = 0.05, 1.0, 10.0, 8.0, 0.2
logs.configure()
logs.hide_warnings()
from assistant.serve import main
main()
"""


class Outcome(NamedTuple):
    """What came of it: each person was told that the clinic has their request; what the table and the receivers had at the end.

    Attributes:
        refused: how often somebody was told to phone while the action server was away, and asked again.
        again: deliveries of a request that had arrived before; the receiver knows them by their key.
    """

    asked: int
    refused: int
    kills: int
    kept: int
    attempts: int
    arrived: int
    again: int
    mailed: int
    mailed_again: int
    strangers: int
    waiting: int

    def is_whole(self) -> bool:
        """Whether each request is kept once and arrived by both ways, and nothing else did."""
        return self.asked == self.kept == self.arrived == self.mailed and not (self.strangers or self.waiting)


class FailingMailbox(Mailbox):
    """Refuses half of what comes."""

    def __init__(self) -> None:
        super().__init__()
        self._random = random.Random(11)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.refusing = int(self._random.random() < 0.5)
        return await super().handle_DATA(server, session, envelope)


class Killable:
    """A server process; it can be killed and comes back."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, is_up: Callable[[], bool]) -> None:
        self._command = [sys.executable, *command]
        self._environment = environment
        self._log = log
        self._is_up = is_up
        self.start()

    def start(self) -> None:
        with self._log.open("a") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        while not self._is_up():
            if self._process.poll() is not None:
                raise RuntimeError(self._log.read_text())
            time.sleep(0.2)

    def kill(self) -> None:
        """Kill it as a power cut would, and start it again."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)


class Running(NamedTuple):
    """Both servers, on a database of their own."""

    server: Killable
    actions: Killable
    base: str
    actions_url: str
    database_url: str


def converse(base: str, number: int) -> int:
    """One person's conversation, each message sent until it was answered; how often they were told that it cannot be done just now and to
    phone, and asked again, until they were told that the clinic has the request."""
    server = Server(base)
    token, refused = _until_answered(server.begin), 0
    while True:
        for step, text in enumerate(["please call me back", *answers_of(number), "booking a visit"]):
            name = f"message-{number}-{refused}-{step}"
            replies = _until_answered(lambda text=text, name=name: server.say(token, text, id=name))
            if "cannot take requests" in replies[-1]["text"]:
                refused += 1
                time.sleep(1)
                break
        if "has your request" in replies[-1]["text"]:
            return refused


def fill_in(actions_url: str, number: int) -> None:
    """What Rasa sends the action server of such a conversation, each call until it was answered."""
    person = f"person {number}"
    said: list[dict[str, Any]] = []
    for field, text in zip([None, *FIELDS], ["please call me back", *answers_of(number), "booking a visit"]):
        understood = {"form": "value", "topic": "booking"}
        latest = {"intent": {"name": "inform" if field else "call_back"}, "text": text, "understanding": understood}
        slots = {"requested_slot": f"call_back_{field}" if field else None}
        tracker = {"sender_id": person, "slots": slots, "latest_message": latest, "events": [], "latest_input_channel": "website"}
        call = {"next_action": VALIDATE, "sender_id": person, "tracker": tracker, "domain": {}, "version": version("rasa")}
        request = Request(actions_url, json.dumps(call).encode(), {"Content-Type": "application/json"})
        said = _until_answered(lambda request=request: json.loads(urlopen(request, timeout=20).read()))["responses"]
    if [response["response"] for response in said] != ["utter_call_back_done"]:
        raise RuntimeError(f"{person} was not told that the clinic has the request")


def answers_of(number: int) -> list[str]:
    """A name of its own, a number of its own, and a time."""
    return [f"Patient {_letters(number)}", f"07700 9{number:05d}", "weekday mornings"]


def _until_answered(do: Any) -> Any:
    while True:
        try:
            return do()
        except (OSError, HTTPException, KeyError):  # the server is being killed, or has just come back
            time.sleep(0.3)


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:05d}").capitalize()


@contextmanager
def running(folder: Path, webhook: str, mail_port: int) -> Iterator[Running]:
    """Both servers, with a clinic that gets its requests by webhook and by e-mail."""
    profile = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    (folder / "clinic.yml").write_text(f"{profile}\ncall_back_email: desk@clinic.example\ncall_back_webhook: {webhook}\n", encoding="utf-8")
    (folder / "credentials.yml").write_text(CREDENTIALS)
    actions_port = str(free_port())
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'assistant.db'}",
        "NEEDLING_CLINIC": str(folder / "clinic.yml"),
        "NEEDLING_CREDENTIALS": str(folder / "credentials.yml"),
        "NEEDLING_SECRET": "of-this-trial-only-" * 3,
        "CALL_BACK_WEBHOOK_SECRET": "of-this-trial-only-" * 3,
        "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "PORT": str(free_port()),
        "ACTIONS_PORT": actions_port,
        "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
    }
    environment, base = {**os.environ, **given}, f"http://127.0.0.1:{given['PORT']}"

    def is_ready() -> bool:
        try:
            urlopen(f"{base}{CHANNEL}/ready").close()
        except OSError:
            return False
        return True

    actions = Killable(["-m", "actions"], environment, folder / "actions.log", lambda: listens(int(actions_port)))
    try:
        server = Killable(["-c", SERVE], environment, folder / "server.log", is_ready)
        try:
            yield Running(server, actions, base, given["ACTIONS_URL"], given["DATABASE_URL"])
        finally:
            server.stop()
    finally:
        actions.stop()


def trial(number: int, kills: int) -> Outcome:
    """Let so many people ask, and kill the server so many times while they do."""
    box = FailingMailbox()
    refused = 0
    lock = threading.Lock()
    with (
        TemporaryDirectory() as directory,
        Receiver(failing=0.5) as receiver,
        mail_server(box) as mail_port,
        running(Path(directory), receiver.url, mail_port) as both,
    ):

        def one(person: int) -> None:
            nonlocal refused
            if person % CONVERSES:
                fill_in(both.actions_url, person)
                return
            times = converse(both.base, person)
            with lock:
                refused += times

        with ThreadPoolExecutor(CLIENTS) as clients:
            asking = [clients.submit(one, person) for person in range(number)]
            for kill in range(kills):
                while sum(job.done() for job in asking) < number * (kill + 1) // (kills + 1):
                    time.sleep(0.05)
                both.server.kill()
                both.actions.kill()
            for job in asking:
                job.result()
        database = Database(both.database_url)
        while outbox.waiting(database):
            time.sleep(0.2)
        kept = {request.id: request for request in listed(database)}
        waiting = sum(outbox.waiting(database).values()) + len(outbox.dead(database))
        database.close()
    came = Counter(item.headers["Idempotency-Key"].partition(":")[0] for item in receiver.taken)
    mailed = Counter(re.sub(r"<call-back\.(\w+)@.*", r"\1", str(message["Message-ID"])) for message in box.messages)
    people = {request.name for request in kept.values()}
    return Outcome(
        asked=number,
        refused=refused,
        kills=kills,
        kept=len(people) if len(people) == len(kept) else -len(kept),
        attempts=receiver.attempts,
        arrived=len(came.keys() & kept.keys()),
        again=sum(came.values()) - len(came),
        mailed=len(mailed.keys() & kept.keys()),
        mailed_again=sum(mailed.values()) - len(mailed),
        strangers=len((came.keys() | mailed.keys()) - kept.keys()),
        waiting=waiting,
    )


def table(outcome: Outcome) -> str:
    """The outcome for docs/call-backs.md."""
    rows = {
        "people who asked, and were told that the clinic has their request": outcome.asked,
        "of them in a whole conversation over the website channel": -(-outcome.asked // CONVERSES),
        "times one of these was told to phone instead, while the action server was away, and asked again": outcome.refused,
        "times the server and the action server were killed (SIGKILL) meanwhile": outcome.kills,
        "requests in the table, one for each person": outcome.kept,
        "attempts at the webhook, half of which failed": outcome.attempts,
        "requests that arrived by webhook": outcome.arrived,
        "deliveries that came again, known by their key (the receiver had taken them and dropped the connection)": outcome.again,
        "requests that arrived by e-mail": outcome.mailed,
        "mails that came again, known by their Message-ID": outcome.mailed_again,
        "requests lost": outcome.asked - min(outcome.kept, outcome.arrived, outcome.mailed),
        "requests that are there twice": max(0, abs(outcome.kept) - outcome.asked) + outcome.strangers,
    }
    return "| | number |\n|---|---|\n" + "".join(f"| {name} | {value:,} |\n" for name, value in rows.items())


def main() -> None:
    """Command line of `scripts/call-back-trial`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=2)
    wanted = parser.parse_args()
    outcome = trial(wanted.people, wanted.kills)
    print(table(outcome), end="")
    if not outcome.is_whole():
        sys.exit(f"Something was lost or came twice: {outcome}")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(outcome), page), encoding="utf-8")


if __name__ == "__main__":
    main()
