"""What is remembered of a conversation, and for how long."""

from __future__ import annotations

import pytest

from assistant.understanding.memory import REACH, Memory, Turn, recall


def said(*parts, intent="faq", condition=None, topic=None, offered=()):
    return Turn(intent, {"parts": list(parts), "condition": condition, "condition_topic": topic}, list(offered))


PRICE, THANKS, UNSURE = said("faq/price"), said("smalltalk/thank", intent="smalltalk"), said("unsure", intent="unsure")
NECK = said("faq/neck_pain", condition="neck pain", topic="neck_pain")
SCIATICA = said("faq/sciatica", condition="sciatica", topic="sciatica")
# A message with which nothing was stored
UNKNOWN = Turn("", {}, [])


@pytest.mark.parametrize(
    ("turns", "topic"),
    [
        ([], None),
        ([PRICE], "price"),
        ([PRICE, said("faq/booking")], "booking"),
        ([said("faq/price", "faq/booking")], "booking"),
        ([said("faq/price", "out_of_scope")], "price"),
        ([PRICE, THANKS], "price"),
        ([PRICE, said("out_of_scope")], "price"),
        ([PRICE, UNKNOWN], "price"),
        ([said("out_of_scope")], None),
        ([UNKNOWN], None),
        ([PRICE] + [THANKS] * (REACH - 1), "price"),
        ([PRICE] + [THANKS] * REACH, None),
    ],
)
def test_the_topic_answered_last_is_remembered_for_a_while(turns, topic):
    assert recall(turns).topic == topic


@pytest.mark.parametrize(
    ("turns", "names"),
    [
        ([], []),
        ([PRICE], []),
        ([UNKNOWN], []),
        ([NECK], ["neck pain"]),
        ([NECK, SCIATICA], ["sciatica"]),
        ([NECK, PRICE], ["neck pain"]),
        ([NECK] + [PRICE] * REACH, []),
    ],
)
def test_the_complaint_named_last_is_remembered_for_a_while(turns, names):
    assert [mention.condition.name for mention in recall(turns).mentions] == names


def test_a_remembered_complaint_is_as_weak_a_hint_as_a_body_part():
    (mention,) = recall([SCIATICA]).mentions
    assert mention.condition.topic == "sciatica" and mention.is_part


@pytest.mark.parametrize(
    ("turns", "offered"),
    [
        ([], []),
        ([PRICE], []),
        ([said("faq/price", offered=["booking", "safety"])], ["booking", "safety"]),
        ([said("faq/price", offered=["booking"]), said("faq/safety", offered=["price"])], ["price"]),
        ([said("faq/price", offered=["booking"]), THANKS], []),
    ],
)
def test_only_what_was_offered_last_can_be_picked(turns, offered):
    assert recall(turns).offered == offered


@pytest.mark.parametrize(
    ("turns", "unsure"),
    [([], False), ([PRICE], False), ([UNKNOWN], False), ([UNSURE], True), ([PRICE, UNSURE], True), ([UNSURE, PRICE], False)],
)
def test_the_last_reply_was_questions_to_choose_from_after_an_unsure_message_alone(turns, unsure):
    assert recall(turns).unsure is unsure


def test_before_the_first_message_there_is_nothing_to_remember():
    assert recall([]) == Memory()
