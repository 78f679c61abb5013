"""`python -m assistant insights`: each thing that can be wrong is a sentence, and nothing is lost by it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import date

import pytest

from assistant.insights import command
from assistant.insights.reading import Period
from assistant.storage.database import Database

TODAY = date(2026, 11, 1)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command in a folder of its own; what it ends with, or None where it goes through."""
    monkeypatch.setattr("assistant.paths.STATE", tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'assistant.db'}")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["insights", *arguments])
        try:
            command.main()
        except SystemExit as end:
            return end.code
        return None

    return run


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, Period(date(2026, 10, 3), TODAY)),
        ("2026-10-01", None, Period(date(2026, 10, 1), TODAY)),
        (None, "2026-10-31", Period(date(2026, 10, 2), date(2026, 10, 31))),
        ("2026-10-01", "2026-10-01", Period(date(2026, 10, 1), date(2026, 10, 1))),
    ],
)
def test_the_period_is_thirty_days_unless_it_is_named(first, last, expected):
    assert command.read_period(first, last, TODAY) == expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "2026-13-01"], "--from is '2026-13-01'; expected a day"),
        (["--to", "yesterday"], "--to is 'yesterday'; expected a day"),
        (["--from", "2026-10-02", "--to", "2026-10-01"], "--from 2026-10-02 is after --to 2026-10-01"),
    ],
)
def test_a_wrong_period_is_told(run, arguments, told):
    assert told in run(*arguments)


def test_without_a_database_nothing_is_made(run, tmp_path):
    assert "no conversation has been stored" in run()
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_written_for_its_owner_alone_and_its_figures_beside_it(run, tmp_path, diary, capsys):
    diary.ask("a", "do you sell vouchers")
    assert run("--from", "2026-10-01", "--to", "2026-10-31", "--csv", str(tmp_path / "figures.csv")) is None
    assert capsys.readouterr().out.startswith("From 1 October to 31 October 2026, patients had 1 conversation")
    for name in ("insights.html", "insights.json", "figures.csv"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_report_changes_nothing_in_the_database(run, tmp_path, diary):
    diary.ask("a", "do you sell vouchers")
    with diary.database.read() as connection:
        before = connection.exec_driver_sql("SELECT * FROM events").all()
    assert run("--from", "2026-10-01", "--to", "2026-10-31") is None
    with diary.database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM events").all() == before


def test_a_damaged_database_is_told_and_left_alone(run, tmp_path):
    file = tmp_path / "assistant.db"
    file.write_bytes(b"this is no database at all, but long enough to be read as one" * 40)
    before = file.read_bytes()
    assert "is damaged" in run()
    assert file.read_bytes() == before
    assert not (tmp_path / "insights.html").exists()


def test_a_database_of_a_newer_version_is_told(run, tmp_path):
    file = tmp_path / "assistant.db"
    Database(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    assert "was made by a newer version (schema 99" in run()


def test_earlier_figures_that_cannot_be_read_stop_it_before_anything_is_written(run, tmp_path, diary):
    (tmp_path / "insights.json").write_text("{")
    assert "move the file away" in run()
    assert not (tmp_path / "insights.html").exists()


def test_a_place_that_cannot_be_written_is_told(run, tmp_path, diary):
    (tmp_path / "file").write_text("")
    assert "name another file with --out" in run("--out", str(tmp_path / "file" / "report.html"))


def test_it_imports_neither_rasa_nor_tensorflow():
    seen = "import sys; import assistant.insights; print([name for name in ('rasa', 'tensorflow') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.strip() == "[]"
