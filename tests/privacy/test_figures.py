"""How often identifiers are found in messages that the redactor was not made from; docs/privacy.md has the figures.

The limits are what is asked or, where that is not reached, a little below what was measured.
"""

from __future__ import annotations

import pytest

from tests.privacy.figures import measure
from tests.privacy.messages import MARKED, messages


@pytest.fixture(scope="module")
def measured():
    return measure()


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("phone", 0.97),
        ("email", 0.97),
        ("card number", 0.97),
        ("ID number", 0.97),
        ("date of birth", 0.97),
        ("name", 0.9),
        ("address", 0.88),
        ("link", 0.9),
        ("social handle", 0.9),
        ("number plate", 0.9),
    ],
)
def test_unseen_identifiers_are_found(measured, kind, least):
    assert measured.unseen.recall(kind) >= least


@pytest.mark.parametrize("kind", ["phone", "email", "card number", "ID number"])
def test_identifiers_from_outside_the_project_are_found(measured, kind):
    assert measured.outside.recall(kind) >= 0.9


def test_hardly_any_unseen_message_without_an_identifier_is_changed(measured):
    assert measured.unseen.changed / measured.unseen.clean <= 0.01


def test_hardly_any_message_of_the_project_is_changed(measured):
    assert measured.held_out.changed / measured.held_out.clean <= 0.003
    assert measured.examples.changed / measured.examples.clean <= 0.005


def test_more_of_every_kind_is_found_than_by_the_peer(measured):
    for kind, count in measured.unseen.planted.items():
        assert measured.unseen.found[kind] / count > measured.peer["unseen.txt"].found[kind] / count


@pytest.mark.parametrize("name", ["unseen.txt", "developed_on.txt", "outside.txt"])
def test_every_mark_in_the_sets_can_be_read(name):
    for message in messages(name):
        assert not MARKED.search(message.text) and "{" not in message.text
