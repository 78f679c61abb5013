"""What is remembered of a conversation, and for how long."""

from __future__ import annotations

import pytest

from assistant.understanding.memory import REACH, recall


def said(*parts, condition=None, topic=None):
    return {"understanding": {"parts": list(parts), "condition": condition, "condition_topic": topic}}


@pytest.mark.parametrize(
    ("messages", "topic"),
    [
        ([], None),
        ([said("faq/price")], "price"),
        ([said("faq/price"), said("faq/booking")], "booking"),
        ([said("faq/price", "faq/booking")], "booking"),
        ([said("faq/price"), said("smalltalk/thank")], "price"),
        ([said("faq/price"), said("out_of_scope")], "price"),
        ([said("out_of_scope")], None),
        ([{}], None),
        ([said("faq/price")] + [said("smalltalk/thank")] * REACH, None),
    ],
)
def test_the_topic_answered_last_is_remembered_for_a_while(messages, topic):
    assert recall(messages).topic == topic


def test_a_new_complaint_replaces_the_old():
    messages = [
        said("faq/neck_pain", condition="neck pain", topic="neck_pain"),
        said("faq/sciatica", condition="sciatica", topic="sciatica"),
    ]
    (mention,) = recall(messages).mentions
    assert mention.condition.name == "sciatica" and mention.is_part


def test_no_complaint_is_remembered_where_none_was_named():
    assert recall([said("faq/price")]).mentions == []
