"""Whether the clinic is open now."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from assistant.content.clinic import Clinic, Span
from assistant.content.opening import LOOK_AHEAD, open_now

LONDON = ZoneInfo("Europe/London")
SPLIT = [Span(time(8), time(12)), Span(time(13), time(17, 30))]
TOUCHING = [Span(time(8), time(12)), Span(time(12), time(16))]
SHORT = [Span(time(9), time(13))]
# Monday, Tuesday ... Sunday
WEEK = [SPLIT, SPLIT, TOUCHING, SPLIT, SPLIT, SHORT, []]
NEVER = [[]] * 7
CHRISTMAS = date(2026, 12, 25)  # a Friday


def clinic_with(week, closed=()):
    return Clinic({}, date(2026, 11, 22), LONDON, week, frozenset(closed))


def at(day, clock):
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param(at("11-23", "10:00"), "12:00", id="in the morning"),
        pytest.param(at("11-23", "15:00"), "17:30", id="in the afternoon"),
        pytest.param(at("11-23", "08:00"), "12:00", id="the moment it opens"),
        pytest.param(at("11-23", "11:59:59"), "12:00", id="a second before it closes"),
        pytest.param(at("11-23", "13:00"), "17:30", id="the moment it opens again"),
        pytest.param(at("11-25", "12:00"), "16:00", id="where one span meets the next"),
        pytest.param(at("11-28", "12:00"), "13:00", id="on Saturday"),
        pytest.param(at("12-24", "16:00"), "17:30", id="on the day before a holiday"),
    ],
)
def test_an_open_clinic_tells_until_when(now, until):
    text = open_now(clinic_with(WEEK, [CHRISTMAS]), now)
    assert "open now" in text
    assert "closed" not in text
    assert until in text


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param(at("11-23", "00:00"), ["08:00", "today"], id="at midnight"),
        pytest.param(at("11-23", "07:59:59"), ["08:00", "today"], id="a second before it opens"),
        pytest.param(at("11-23", "12:00"), ["13:00", "today"], id="the moment it closes for lunch"),
        pytest.param(at("11-23", "12:30"), ["13:00", "today"], id="between two spans"),
        pytest.param(at("11-23", "17:30"), ["08:00", "tomorrow"], id="the moment it closes"),
        pytest.param(at("11-23", "23:59"), ["08:00", "tomorrow"], id="at night"),
        pytest.param(at("11-27", "18:00"), ["09:00", "tomorrow"], id="on Friday evening, with other hours on Saturday"),
        pytest.param(at("11-28", "13:00"), ["08:00", "Monday", "30 November"], id="after closing on Saturday, over a closed day"),
        pytest.param(at("11-29", "10:00"), ["08:00", "tomorrow"], id="on a closed day"),
        pytest.param(at("12-25", "10:00"), ["09:00", "tomorrow"], id="on a closed date, within the hours of its weekday"),
        pytest.param(at("12-24", "18:00"), ["09:00", "Saturday", "26 December"], id="on the evening before a holiday"),
    ],
)
def test_a_closed_clinic_tells_when_it_opens(now, opens):
    text = open_now(clinic_with(WEEK, [CHRISTMAS]), now)
    assert "closed now" in text
    assert "open now" not in text
    assert [part for part in opens if part not in text] == []
    assert sum(day in text for day in ("today", "tomorrow", " on ")) == 1


@pytest.mark.parametrize(
    ("ahead", "is_told"), [pytest.param(LOOK_AHEAD, True, id="just in sight"), pytest.param(LOOK_AHEAD + 1, False, id="out of sight")]
)
def test_a_clinic_that_is_closed_for_long_does_not_tell_when_it_opens(ahead, is_told):
    first = date(2026, 8, 1)
    closed = [date.fromordinal(first.toordinal() + day) for day in range(ahead)]
    text = open_now(clinic_with([SHORT] * 7, closed), datetime(2026, 8, 1, 10, tzinfo=LONDON))
    assert "closed now" in text
    assert ("09:00" in text) == is_told


def test_a_clinic_that_never_opens_is_closed():
    text = open_now(clinic_with(NEVER), at("11-23", "10:00"))
    assert "closed now" in text
    assert not any(character.isdigit() for character in text)


def test_a_clinic_that_gives_no_hours_says_nothing():
    assert open_now(clinic_with(None), at("11-23", "10:00")) is None
