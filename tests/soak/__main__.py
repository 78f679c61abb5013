"""Lets twenty patients chat with two servers for minutes: is every one answered, how long does it take, and what grows?

`make soak` runs it and writes the section of docs/faults.md. Everything is real: two servers on PostgreSQL and Redis behind the reverse
proxy where there is one, and the patients are locust's (tests/soak/patients.py).
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from assistant.paths import ROOT
from tests.faults import DOCUMENT, Place, a_place, put
from tests.proxy import lacking

LOCUST = ROOT / "build" / "soak" / "bin" / "locust"
PATIENTS = 20
WARM_UP = 40  # seconds
TURNS = ("message", "emergency")  # requests that are turns of a conversation
ALL = "Aggregated"  # locust's name for all requests together
MB = 1024 * 1024


class Sample(NamedTuple):
    """What the servers hold: bytes of memory and open files of each, and bytes of the database."""

    memory: list[int]
    files: list[int]
    database: int


def sample(place: Place) -> Sample:
    processes = [psutil.Process(server.pid) for server in place.servers]
    size = place.postgresql.execute("SELECT pg_database_size(current_database())")
    return Sample([process.memory_info().rss for process in processes], [process.num_fds() for process in processes], int(size))


def start_patients(place: Place, seconds: int, name: str) -> subprocess.Popen[bytes]:
    """Locust, which ends by itself."""
    command = [LOCUST, "--locustfile", Path(__file__).parent / "patients.py", "--host", place.base(), "--headless", "--only-summary"]
    command += ["--users", str(PATIENTS), "--spawn-rate", "10", "--run-time", f"{seconds}s", "--stop-timeout", "20"]
    command += ["--csv", place.folder / name, "--exit-code-on-error", "0", "--loglevel", "WARNING"]
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL)


def finish(patients: subprocess.Popen[bytes]) -> None:
    if code := patients.wait():
        raise RuntimeError(f"locust ended with {code}")


def measured(place: Place, name: str) -> dict[str, dict[str, str]]:
    """What locust saw, by the name of the request."""
    with (place.folder / f"{name}_stats.csv").open(newline="") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def failures(place: Place, name: str) -> list[str]:
    """What went wrong, if anything."""
    with (place.folder / f"{name}_failures.csv").open(newline="") as file:
        return [f"{row['Name']}: {row['Error']} ({row['Occurrences']} times)" for row in csv.DictReader(file)]


def table(seen: dict[str, dict[str, str]], seconds: float, start: Sample, middle: Sample, end: Sample) -> str:
    turns = sum(int(seen[name]["Request Count"]) for name in TURNS)
    per_thousand = 1000 / turns

    def all_of(values: list[int], unit: float = 1) -> str:
        return ", ".join(f"{value / unit:,.0f}" for value in values)

    growth = [f"{(after - before) / MB * per_thousand:+.1f}" for before, after in zip(start.memory, end.memory)]
    late = [f"{2 * (after - before) / MB * per_thousand:+.1f}" for before, after in zip(middle.memory, end.memory)]
    message, every = seen["message"], seen[ALL]
    rows = [
        ("requests", f"{int(every['Request Count']):,}"),
        ("errors", every["Failure Count"]),
        ("turns, and turns a second", f"{turns:,}, {turns / seconds:.0f}"),
        ("a message, milliseconds: median, 95th and 99th percentile", ", ".join(message[name] for name in ("50%", "95%", "99%"))),
        ("any request, the same", ", ".join(every[name] for name in ("50%", "95%", "99%"))),
        ("memory of each server, MB: after the warm-up", all_of(start.memory, MB)),
        ("… in the middle", all_of(middle.memory, MB)),
        ("… at the end", all_of(end.memory, MB)),
        ("… growth in 1,000 turns of both servers", ", ".join(growth)),
        ("… the same in the second half", ", ".join(late)),
        ("database, growth in 1,000 turns, MB", f"{(end.database - start.database) / MB * per_thousand:.1f}"),
        ("open files of each server: after the warm-up; at the end", f"{all_of(start.files)}; {all_of(end.files)}"),
    ]
    return "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    with a_place() as place:
        finish(start_patients(place, WARM_UP, "warm-up"))
        start, began = sample(place), time.monotonic()
        patients = start_patients(place, int(minutes * 60), "soak")
        time.sleep(minutes * 30)
        middle = sample(place)
        finish(patients)
        seconds, end = time.monotonic() - began, sample(place)
        seen, wrong = measured(place, "soak"), failures(place, "soak")
    proxy = "without the reverse proxy" if lacking() else "behind the reverse proxy"
    made = f"{PATIENTS} patients for {minutes:g} minutes, two servers on PostgreSQL and Redis {proxy}, all on one computer.\n\n"
    made += table(seen, seconds, start, middle, end) + "".join(f"\nWent wrong: {failure}\n" for failure in wrong)
    print(made)
    put("soak", made)
    print(f"Written to {DOCUMENT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
