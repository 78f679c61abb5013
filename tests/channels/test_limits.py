"""How often somebody may do something, by a made-up clock."""

from __future__ import annotations

import pytest

from assistant.channels import limits
from assistant.channels.limits import Limit


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def allowed(limit, tries, key="somebody"):
    return [limit.wait(key) for _ in range(tries)].count(0)


def test_as_many_are_allowed_at_once_as_in_a_minute(clock):
    assert allowed(Limit(20, clock), 30) == 20


@pytest.mark.parametrize("per_minute", [1, 2, 7, 20, 59, 60, 61, 120, 1000])
def test_whoever_waits_as_long_as_told_is_allowed_and_a_second_less_is_too_short(clock, per_minute):
    patient, hasty = Limit(per_minute, clock), Limit(per_minute, clock)
    (seconds,) = {limit.wait("somebody") for limit in (patient, hasty) if allowed(limit, per_minute) == per_minute}
    assert isinstance(seconds, int) and seconds >= 1
    clock.now += seconds - 1
    assert hasty.wait("somebody") > 0
    clock.now += 1
    assert patient.wait("somebody") == 0


def test_asking_while_held_up_makes_it_no_longer(clock):
    limit = Limit(1, clock)
    limit.wait("somebody")
    assert [limit.wait("somebody") for _ in range(5)] == [60] * 5
    clock.now += 45
    assert limit.wait("somebody") == 15


def test_what_was_not_used_is_not_saved_up(clock):
    limit = Limit(10, clock)
    allowed(limit, 10)
    clock.now += 24 * 3600
    assert allowed(limit, 100) == 10


@pytest.mark.parametrize("per_minute", [1, 20, 90])
def test_in_the_long_run_it_is_so_many_a_minute(clock, per_minute):
    limit = Limit(per_minute, clock)
    tries = 0
    for _ in range(600):
        tries += allowed(limit, 3)
        clock.now += 1
    assert 10 * per_minute <= tries <= 11 * per_minute


@pytest.mark.parametrize(("weight", "allowed"), [(1, 20), (4, 5), (7, 2), (20, 1), (50, 1)])
def test_what_weighs_more_is_allowed_less_often_and_never_not_at_all(clock, weight, allowed):
    limit = Limit(20, clock)
    waits = [limit.wait("a", weight) for _ in range(allowed + 1)]
    assert waits[:-1] == [0] * allowed
    clock.now += waits[-1]
    assert limit.wait("a", weight) == 0


def test_each_is_counted_alone(clock):
    limit = Limit(1, clock)
    assert [limit.wait(key) > 0 for key in ("one", "one", "other", "other")] == [False, True, False, True]


def test_memory_is_bounded_and_whoever_was_quiet_longest_is_forgotten_first(monkeypatch, clock):
    monkeypatch.setattr(limits, "MOST_KEPT", 3)
    limit = Limit(1, clock)
    for key in ("a", "b", "a", "c", "d"):  # "b" was quiet longest
        limit.wait(key)
    assert len(limit._left) == 3
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0
