"""How often both detectors of warning signs are right together, on the sheet and on what was written without sight of either.

The limits are what is asked of them or, where that is less, a little below what was measured; docs/safety.md has the figures.
"""

from __future__ import annotations

import pytest

from tests.documents import SAFETY
from tests.safety.figures import Row, measure


@pytest.fixture(scope="module")
def measured():
    return measure()


def share(measured, name, what="alarmed"):
    (row,) = [row for row in measured.rows if row.name == name]
    return getattr(row, what) / row.count


def test_every_warning_sign_of_the_sheet_is_caught(measured):
    assert share(measured, "warning signs of the sheet") == 1


def test_no_near_miss_of_the_sheet_raises_an_alarm(measured):
    assert share(measured, "near misses of the sheet") == 0


def test_unseen_warning_signs_are_caught(measured):
    assert share(measured, "unseen warning signs") >= 0.965


def test_hardly_any_unseen_warning_sign_is_met_with_nothing(measured):
    assert share(measured, "unseen warning signs") + share(measured, "unseen warning signs", "warned") >= 0.985


def test_unseen_near_misses_hardly_ever_raise_an_alarm(measured):
    assert share(measured, "unseen near misses") <= 0.04


@pytest.mark.parametrize("name", ["unseen ordinary messages", "held-out questions"])
def test_ordinary_messages_raise_no_alarm(measured, name):
    assert share(measured, name) <= 0.01


def test_who_is_alarmed_is_seldom_sent_a_less_urgent_text(measured):
    assert measured.tier_lower <= 0.03


def test_the_page_has_the_figures(measured):
    page = SAFETY.read_text(encoding="utf-8")
    for row in measured.rows:
        (line,) = [line for line in page.splitlines() if line.startswith(f"| {row.name} |")]
        _, _, count, alarmed, warned, _ = (cell.strip() for cell in line.split("|"))
        assert int(count) == row.count, "run `make documents`"
        # Another machine may round a borderline message to the other side.
        written = Row(row.name, row.count, *(round(float(cell.rstrip("%")) * row.count / 100) for cell in (alarmed, warned)))
        assert abs(written.alarmed - row.alarmed) <= 3 and abs(written.warned - row.warned) <= 3, "run `make documents`"
