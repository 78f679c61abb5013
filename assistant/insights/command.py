"""`python -m assistant insights`: what patients asked in a period, written as a page for the clinic."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from assistant import paths
from assistant.content.faults import ContentError
from assistant.content.renderer import Content, project_content
from assistant.insights import history
from assistant.insights.advice import advice
from assistant.insights.figures import add_records, count
from assistant.insights.groups import Groups, Space, group, project_space
from assistant.insights.page import Report, figures_as_csv, page, sentences
from assistant.insights.reading import Period, Reading
from assistant.storage.database import Database, StorageError, database_url
from assistant.understanding.encoder import EncoderError, load_encoder

USUAL = timedelta(days=30)
REPORT, FIGURES = "insights.html", "insights.json"


def report(database: Database, content: Content, period: Period, earlier: list[history.Earlier], made: date) -> Report:
    """Read a period and count it.

    Raises:
        StorageError: if the database cannot be read.
        EncoderError, ContentError: if what the questions are grouped with is missing or faulty.
    """
    reading = Reading(database, period, content.clinic.timezone)
    figures = count(reading.turns(), period, content)
    figures.unreadable = reading.unreadable
    add_records(figures, database, content.clinic)
    groups, known = Groups([], 0, 0), frozenset[str]()
    if figures.unanswered:
        space: Space = project_space()
        groups, known = group(figures.unanswered, space, load_encoder().encode), space.known
    return Report(figures, groups, advice(figures, groups, content), history.before(earlier, period), content, known, made)


def read_period(first: str | None, last: str | None, today: date) -> Period:
    """The period of the command line; without one, the thirty days up to today.

    Raises:
        ValueError: naming what was found and what was expected.
    """
    to = _day("--to", last) if last else today
    since = _day("--from", first) if first else to - USUAL + timedelta(days=1)
    if since > to:
        raise ValueError(f"--from {since} is after --to {to}; expected a day on or before it.")
    return Period(since, to)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is {text!r}; expected a day such as 2026-10-31.") from None


def open_database(url: str) -> Database:
    """The database, if there is one: a report makes none.

    Raises:
        StorageError: if there is none, or it cannot be used.
    """
    file = url.partition("sqlite:///")[2]
    if file and file != ":memory:" and not Path(file.partition("?")[0]).is_file():
        raise StorageError(f"{url}: there is no such file, so no conversation has been stored; start the assistant, or set DATABASE_URL.")
    return Database(url)


def main() -> None:
    """Command line of `make insights`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", metavar="DAY", help="the first day, such as 2026-10-01 (thirty days up to the last)")
    parser.add_argument("--to", dest="last", metavar="DAY", help="the last day (today)")
    parser.add_argument("--out", type=Path, default=paths.STATE / REPORT, metavar="FILE", help="where the page is written")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="where the figures are written too")
    wanted = parser.parse_args()
    began, kept = time.perf_counter(), paths.STATE / FIGURES
    try:
        content = project_content()
        today = content.clinic.now().date()
        period = read_period(wanted.first, wanted.last, today)
        earlier = history.read(kept)
        made = report(open_database(database_url()), content, period, earlier, today)
        history.write(wanted.out, page(made))
        if wanted.csv:
            history.write(wanted.csv, figures_as_csv(made))
        history.keep(kept, earlier, period, history.figures_kept(made.figures, made.groups), made.groups)
    except (ContentError, StorageError, EncoderError, history.HistoryError, ValueError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: the report cannot be written ({error.strerror}); name another file with --out.")
    print("\n".join(sentences(made)))
    print(f"Written in {time.perf_counter() - began:.1f} s: {wanted.out}", file=sys.stderr)
