"""Fifty identifiers through every way in; none is found afterwards wherever something is kept."""

from __future__ import annotations

import pytest

from tests.documents import PRIVACY
from tests.privacy.messages import messages
from tests.privacy.planted import Identifier, identifiers, plant, table, traces

PLANTED = identifiers(messages("planted.txt"))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return plant(messages("planted.txt"), tmp_path_factory.mktemp("planted"))


def test_there_are_fifty_of_every_kind():
    assert len(PLANTED) == len(set(PLANTED)) == 50
    assert {kind for kind, _ in PLANTED} >= {"name", "phone", "email", "date of birth", "address", "card number", "ID number"}


@pytest.mark.parametrize("place", ["database", "log", "metrics", "model"])
def test_none_of_them_is_found(found, place):
    assert found.found[place] == []


def test_the_table_in_the_documents_is_what_was_found(found):
    assert table(found) in PRIVACY.read_text(encoding="utf-8"), "run `make documents`"
    assert all(way in PRIVACY.read_text(encoding="utf-8") for way in found.ways)


@pytest.mark.parametrize(
    ("kept", "number"),
    [
        (b'{"text": "my name is Anneliese WOLKENSTEIN"}', 1),
        (b'{"text": "wolkenstein"}', 1),
        (b'{"text": "07700900461"}', 1),
        (b'{"text": "call 07700 900461"}', 1),
        (b'{"text": "[name]", "time": 1795950069.139934}', 0),
    ],
)
def test_what_looks_for_them_finds_a_piece_of_one(kept, number):
    """The search must be able to fail."""
    looked_for = [Identifier("name", "Anneliese Wolkenstein"), Identifier("phone", "07700 900461")]
    assert len(traces(looked_for, kept)) == number
