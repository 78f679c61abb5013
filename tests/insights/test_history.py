"""The figures of earlier reports: kept small, without a word of anybody's, and compared with the right one."""

from __future__ import annotations

import stat
from datetime import date

import numpy as np
import pytest

from assistant.insights import history
from assistant.insights.groups import GAP, Group, Groups, unit
from assistant.insights.reading import Period

SEPTEMBER, OCTOBER = Period(date(2026, 9, 1), date(2026, 9, 30)), Period(date(2026, 10, 1), date(2026, 10, 31))


def placed(seed):
    return unit(np.random.default_rng(seed).normal(size=(1, 384)))[0]


def grouped(seed, conversations=7):
    return Group(["SECRET wording"], 9, conversations, 0, [("price", 0.4)], 0.6, ["secret"], GAP, placed(seed))


def keep(file, period, *seeds):
    history.keep(file, history.read(file), period, {"Conversations": 5}, Groups([grouped(seed) for seed in seeds], 0, 0))


def test_the_first_report_has_none_before_it(tmp_path):
    assert history.read(tmp_path / "insights.json") == []
    assert history.before([], OCTOBER) is None


def test_a_later_report_is_compared_with_the_one_before_and_not_with_itself(tmp_path):
    file = tmp_path / "insights.json"
    keep(file, SEPTEMBER, 1)
    keep(file, OCTOBER, 1)
    keep(file, OCTOBER, 1)  # the same period again takes the place of the first
    earlier = history.read(file)
    assert [report.period for report in earlier] == [SEPTEMBER, OCTOBER]
    assert history.before(earlier, OCTOBER).period == SEPTEMBER
    assert history.before(earlier, SEPTEMBER) is None


def test_a_question_that_was_asked_before_is_known_again_by_its_meaning(tmp_path):
    file = tmp_path / "insights.json"
    keep(file, SEPTEMBER, 1, 2)
    (earlier,) = history.read(file)
    assert earlier.asked_before(grouped(2)) == 7
    assert earlier.asked_before(grouped(3)) == 0


def test_nothing_that_anybody_wrote_is_kept_and_only_the_owner_may_read_it(tmp_path):
    file = tmp_path / "state" / "insights.json"
    keep(file, SEPTEMBER, 1)
    assert "secret" not in file.read_text().lower()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_only_the_latest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "MOST_KEPT", 2)
    file = tmp_path / "insights.json"
    for number in (1, 2, 3):
        keep(file, Period(date(2026, number, 1), date(2026, number, 28)))
    assert [report.period.first.month for report in history.read(file)] == [2, 3]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reports": 5}', '{"reports": [{}]}', '{"reports": [{"first": "x", "last": "y"}]}'])
def test_a_file_that_cannot_be_used_is_named_and_left_alone(tmp_path, text):
    file = tmp_path / "insights.json"
    file.write_text(text)
    with pytest.raises(history.HistoryError, match=r"insights\.json.*move the file away"):
        history.read(file)
    assert file.read_text() == text
