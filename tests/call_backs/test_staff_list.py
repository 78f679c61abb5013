"""The list for the clinic's staff."""

from __future__ import annotations

import csv
import stat
import sys
import time
from zoneinfo import ZoneInfo

import pytest

from assistant import staff_list
from assistant.call_backs.requests import KINDS, listed, mark_done
from assistant.staff_list import export, show
from assistant.storage import outbox

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def run(kept, monkeypatch, capsys):
    """What the command prints, or the sentence with which it ends."""

    def ran(*arguments):
        monkeypatch.setattr(sys, "argv", ["staff_list", *arguments])
        try:
            staff_list.main()
        except SystemExit as ended:
            return f"ended: {ended}"
        return capsys.readouterr().out

    return ran


def test_an_empty_list_says_so(run):
    assert "Nobody" in run()


def test_open_requests_are_readable(run, kept, finish):
    first, second = finish(kept), finish(kept, "another", name="李小龙", topic="")
    printed = run()
    for part in (first, "Dawn Price", "+44 7700 900123", "after 4", "Prices", "website", second, "李小龙", "not said", "2 open"):
        assert part in printed


def test_a_request_is_marked_as_done(run, kept, finish):
    name = finish(kept)
    assert "done" in run("--done", name)
    assert listed(kept) == []
    assert run("--done", name).startswith(f"ended: There is no open request {name!r}")


def test_what_could_move_the_cursor_is_not_printed(kept, finish):
    finish(kept, time="after \x1b[2J 4")
    assert "\x1b" not in show(listed(kept), LONDON)


def test_all_requests_are_exported_for_a_spreadsheet_and_none_is_a_formula(run, kept, finish, tmp_path):
    mark_done(kept, finish(kept, name='=HYPERLINK("https://elsewhere.example")', time="@SUM(A1)", contact="+44 7700 900123"))
    finish(kept, "another", name="-2+3", time='after 4, or "late"')
    file = tmp_path / "calls.csv"
    assert "2 requests" in run("--export", str(file))
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("https://elsewhere.example")', "'-2+3"]
    assert [row["contact"] for row in rows] == ["'+44 7700 900123"] * 2
    assert [row["good_time"] for row in rows] == ["'@SUM(A1)", 'after 4, or "late"']
    assert bool(rows[0]["done"]) and not rows[1]["done"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_export_overwrites_nothing(run, kept, finish, tmp_path):
    file = tmp_path / "calls.csv"
    file.write_text("mine")
    with pytest.raises(FileExistsError):
        export([], file)
    assert run("--export", str(file)) == f"ended: {file}: File exists."
    assert file.read_text() == "mine"
    assert run("--export", str(tmp_path / "none" / "calls.csv")).startswith(f"ended: {tmp_path / 'none'}")


def test_what_was_given_up_is_shown_and_tried_again(run, kept, finish):
    finish(kept, kinds=KINDS)
    assert "Nothing was given up" in run("--dead") and "On their way: 2" in run("--dead")
    for item in outbox.claim(kept, list(KINDS)):
        outbox.failed(kept, item, f"the {item.kind} is away", for_good=True)
    printed = run("--dead")
    assert all(f"the {kind} is away" in printed for kind in KINDS)
    assert "2 are tried again" in run("--retry")
    assert [item for item in outbox.dead(kept)] == []
    assert len(outbox.claim(kept, list(KINDS))) == 2


def test_a_database_that_cannot_be_read_is_told_in_a_sentence(monkeypatch, tmp_path, run, kept):
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'broken.db'}")
    kept.close()
    staff_list.database.cache_clear()
    ended = run()
    assert ended.startswith("ended: ") and "broken.db" in ended and "\n" not in ended
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'assistant.db'}")


def test_the_time_is_that_on_the_clinics_wall(kept, finish):
    finish(kept)
    assert time.strftime("%Y") in show(listed(kept), LONDON)
