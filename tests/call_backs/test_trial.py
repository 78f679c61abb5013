"""Requests survive failing receivers and a killed server; the full trial, with 1,000 of them, is `scripts/call-back-trial`."""

from __future__ import annotations

import re

from tests.call_backs.trial import PAGE, TABLE, trial


def test_none_is_lost_and_none_comes_twice_while_receivers_fail_and_the_server_is_killed():
    outcome = trial(40, kills=1)
    assert outcome.is_whole(), outcome
    assert outcome.attempts > outcome.arrived


def test_the_figures_in_the_documentation_are_of_a_trial_in_which_nothing_was_lost():
    (figures,) = TABLE.findall(PAGE.read_text(encoding="utf-8"))
    numbers = dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|$", figures, re.MULTILINE))
    assert numbers["requests lost"] == numbers["requests that are there twice"] == "0"
    assert numbers["people who asked, and were told that the clinic has their request"] == "1,000"
