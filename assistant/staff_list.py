"""The open requests to be called back, for the clinic: read them, mark one as done, export them, see what could not be delivered."""

from __future__ import annotations

import argparse
import csv
import sys
import textwrap
from datetime import tzinfo
from pathlib import Path

from assistant import paths
from assistant.call_backs.requests import KINDS, Request, in_utc, in_words, listed, mark_done
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.storage import outbox
from assistant.storage.database import Database, StorageError, database

WIDTH = 88
COLUMNS = ("id", "asked", "name", "contact", "good_time", "topic", "channel", "done")
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP: CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def show(requests: list[Request], wall: tzinfo) -> str:
    """Requests to be read in a terminal."""
    if not requests:
        return "Nobody is waiting to be called back."
    return "\n\n".join(_block(request, wall) for request in requests)


def _block(request: Request, wall: tzinfo) -> str:
    lines = [f"{name + ':':<10} {_printable(value)}" for name, value in in_words(request, wall).items()]
    return "\n".join([f"[{request.id}]", *(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent=" " * 13) for line in lines)])


def _printable(text: str) -> str:
    # A control character may move the cursor or change what stands above.
    return "".join(character if character.isprintable() else " " for character in text)


def export(requests: list[Request], path: Path) -> None:
    """Write requests to a new file for a spreadsheet; a cell that it would take for a formula begins with an apostrophe.

    Raises:
        OSError: if the file is there already, or cannot be written.
    """
    path.touch(mode=0o600, exist_ok=False)  # names and numbers: for nobody else's eyes
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([_cell(value) for value in _row(request)] for request in requests)


def _row(request: Request) -> list[str]:
    done = in_utc(request.done) if request.done else ""
    return [request.id, in_utc(request.begun), request.name, request.contact, request.good_time, request.topic, request.channel, done]


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


def undelivered(kept: Database) -> str:
    """What was given up, and what is still on its way."""
    lines = [
        f"  {item.kind} of {item.key.partition(':')[0]}, asked {in_utc(item.created)}: {item.attempts} attempts, the last: {item.error}"
        for item in outbox.dead(kept)
        if item.kind in KINDS
    ]
    waiting = sum(number for kind, number in outbox.waiting(kept).items() if kind in KINDS)
    found = ["Given up; `make staff-list RETRY=1` tries again:", *lines] if lines else ["Nothing was given up."]
    return "\n".join([*found, f"On their way: {waiting}."])


def main() -> None:
    """Command line of `make staff-list`."""
    parser = argparse.ArgumentParser(description=__doc__)
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--done", metavar="ID", help="mark a request as done")
    does.add_argument("--export", metavar="FILE.csv", type=Path, help="write all requests, also those that are done, to a new file")
    does.add_argument("--dead", action="store_true", help="show what could not be sent to the clinic")
    does.add_argument("--retry", action="store_true", help="try again to send what was given up")
    wanted = parser.parse_args()
    try:
        _do(wanted, database(), load_clinic(paths.CLINIC).timezone)
    except (ContentError, StorageError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{wanted.export}: {error.strerror}.")


def _do(wanted: argparse.Namespace, kept: Database, wall: tzinfo) -> None:
    if wanted.done:
        if not mark_done(kept, wanted.done):
            sys.exit(f"There is no open request {wanted.done!r}; `make staff-list` shows those there are.")
        print(f"{wanted.done} is done.")
    elif wanted.export:
        requests = listed(kept, also_done=True)
        export(requests, wanted.export)
        print(
            f"{len(requests)} requests are in {wanted.export}. Keep it as safe as patients' records, and delete it when it is not needed."
        )
    elif wanted.dead:
        print(undelivered(kept))
    elif wanted.retry:
        print(f"{sum(outbox.revive(kept, kind) for kind in KINDS)} are tried again by the running assistant.")
    else:
        requests = listed(kept)
        print(show(requests, wall))
        if requests:
            print(f"\n{len(requests)} open. When one is done: make staff-list DONE={requests[0].id}")
        if any(item.kind in KINDS for item in outbox.dead(kept)):
            print("Some could not be sent to you: make staff-list DEAD=1", file=sys.stderr)
