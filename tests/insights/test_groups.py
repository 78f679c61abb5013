"""Grouping by meaning, measured on themes that nobody has answered."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from assistant.insights.groups import GAP, SMALLEST, VAGUE, Space, cluster, group, in_one_line, project_space, sort_of, telling
from assistant.insights.reading import Question
from assistant.understanding.decision import OUTSIDE
from assistant.understanding.text import clean, without_treatment
from tests.insights import month


@pytest.fixture(scope="module")
def space():
    return project_space()


def asked(texts, conversations=None, outside=0.6, label="faq/price"):
    numbers = conversations or range(len(texts))
    return [Question(text, str(number), OUTSIDE, outside, [(label, 0.1)]) for text, number in zip(texts, numbers)]


# The limit was chosen on every second theme from the first; these are the others.
UNSEEN = month.themes()[1::2]


def test_wordings_of_a_theme_meet_in_a_group_and_those_of_others_do_not(space, encoder):
    texts = [wording for theme in UNSEEN for wording in theme["wordings"]]
    names = [theme["name"] for theme in UNSEEN for _ in theme["wordings"]]
    numbers = cluster(space.place(encoder.encode([without_treatment(clean(text)) for text in texts])))
    found, right, members = set(), 0, 0
    for number in np.unique(numbers):
        own = Counter(name for name, other in zip(names, numbers) if other == number)
        ((name, most),) = own.most_common(1)
        if sum(own.values()) >= SMALLEST:
            found.add(name)
            right += most
            members += sum(own.values())
    wrong = 1 - right / members
    print(f"{len(found)} of {len(UNSEEN)} themes; {right / len(texts):.0%} of their wordings; {wrong:.0%} in a wrong group")
    assert len(found) >= 0.75 * len(UNSEEN)
    assert right / len(texts) >= 0.6
    assert right / members >= 0.8


def test_a_group_counts_different_conversations(space, encoder):
    one_person = asked(["do you sell gift vouchers", "can I buy a gift voucher", "gift vouchers?"] * 3, conversations=["a"] * 9)
    groups = group(one_person, space, encoder.encode)
    assert groups.shown == []
    assert groups.asked_small == 9
    assert [one.conversations for one in group(asked(["do you sell gift vouchers"] * 5), space, encoder.encode).shown] == [5]


def test_a_group_of_fewer_than_five_conversations_is_only_counted(space, encoder):
    groups = group(
        asked(["do you sell gift vouchers", "can I buy a gift voucher", "gift voucher for my mum", "gift vouchers"]), space, encoder.encode
    )
    assert groups.shown == []
    assert (groups.small, groups.asked_small) == (1, 4)


def test_no_question_is_no_group(space, encoder):
    assert group([], space, encoder.encode).shown == []
    assert group(asked(["one"]), space, encoder.encode).small == 1


def test_every_question_is_in_a_group_whatever_its_text(space, encoder):
    hostile = ["<script>alert(1)</script>", "\u202etxet", "💉" * 300, "a" * 500, "???", "\x00", "-", "שלום"]
    questions = asked([text for text in hostile for _ in range(5)])
    groups = group(questions, space, encoder.encode)
    assert sum(one.asked for one in groups.shown) + groups.asked_small == len(questions)


def test_the_nearest_topic_of_a_question_about_it_is_that_topic(space, encoder):
    assert space.nearest(space.place(encoder.encode(["how much does a session cost"]))[0])[0][0] == "price"


def test_wordings_beyond_those_compared_join_the_group_they_are_nearest_to(monkeypatch):
    monkeypatch.setattr("assistant.insights.groups.MOST_CLUSTERED", 4)
    axes = np.eye(3)
    numbers = cluster(np.stack([axes[0], axes[0], axes[1], axes[1], axes[0], axes[2], axes[2] * -1]))
    assert numbers[0] == numbers[1] == numbers[4] != numbers[2] == numbers[3]
    assert len(set(numbers)) == 4


def test_places_have_what_outside_messages_share_taken_away():
    rng = np.random.default_rng(0)
    shared = np.array([5.0, 0, 0, 0])
    embeddings = rng.normal(size=(200, 4)) + shared
    space = Space.of([OUTSIDE] * 200, embeddings)
    assert np.abs(space.place(embeddings).mean(axis=0)).max() < 0.15
    assert np.allclose(np.linalg.norm(space.place(embeddings), axis=1), 1)


@pytest.mark.parametrize(
    ("outside", "label", "expected"),
    [(0.5, "faq/price", GAP), (0.9999, "faq/price", OUTSIDE), (1.0, "faq/price", OUTSIDE), (0.2, "unsure", VAGUE)],
)
def test_the_sort_follows_how_surely_it_was_outside(outside, label, expected):
    assert sort_of(asked(["a", "b"], outside=outside, label=label)) == expected


def test_the_words_of_a_group_are_those_others_do_not_use():
    texts = ["can I bring my dog", "is a dog ok", "dogs welcome at your clinic"]
    vocabulary = Counter({"dog": 2, "bring": 9, "dogs": 1, "clinic": 50, "welcome": 1})
    assert telling(texts, vocabulary)[0] == "dog"
    assert "clinic" not in telling(texts, vocabulary)


def test_marks_that_turn_direction_and_control_characters_are_taken_out():
    assert in_one_line("a\u202eb\x00c\n\u2028d  e") == "a b c d e"
