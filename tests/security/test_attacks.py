"""Attacks on a running server get what they are meant to get, and the page says so."""

from __future__ import annotations

import pytest

from assistant.paths import ROOT
from tests.documents import SECURITY, TRIED_ELSEWHERE, page, security
from tests.security.attacks import ATTACKS, try_all


@pytest.fixture(scope="module")
def tried():
    return try_all()


@pytest.mark.parametrize(("surface", "name"), [(surface, name) for surface, attacks in ATTACKS.items() for name in attacks])
def test_an_attack_gets_what_it_is_meant_to_get(tried, surface, name):
    assert tried[surface][name] == ATTACKS[surface][name][1]


def test_the_table_of_attacks_is_what_they_got(tried):
    assert SECURITY.read_text(encoding="utf-8") == page(security(tried)), "run `make documents`"


def test_what_other_tests_try_is_where_the_page_says():
    for *_, where in TRIED_ELSEWHERE:
        assert (ROOT / where).is_file(), where
