"""The real examples from which the assistant learns what is asked."""

from __future__ import annotations

import re
from collections import defaultdict

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.safety.rules import TIERS

OUT_OF_SCOPE = 300
SIGNS = 200


def bare(text):
    """A text without what makes no difference to its meaning: capitals, punctuation, spaces."""
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split())


def test_no_two_topics_share_an_example(examples):
    topics = defaultdict(set)
    for intent, texts in examples.items():
        for text in texts:
            topics[bare(text)].add(intent)
    assert {text: sorted(intents) for text, intents in topics.items() if text and len(intents) > 1} == {}


def test_there_are_enough_examples_of_what_it_cannot_answer(examples):
    assert len(set(examples["out_of_scope"])) >= OUT_OF_SCOPE


def test_there_are_enough_warning_signs_of_every_tier_and_at_least_as_many_near_misses_as_of_most(examples):
    near = len(set(examples["near_miss"]))
    numbers = {tier: len(set(examples[tier])) for tier in TIERS}
    assert min(numbers.values()) >= SIGNS
    assert near >= sorted(numbers.values())[-2]


def test_every_kind_of_small_talk_has_examples_and_an_answer(content, examples):
    asked = {intent.removeprefix("smalltalk/") for intent, texts in examples.items() if intent.startswith("smalltalk/") and texts}
    answered = {answer.topic for key, answer in content.answers.items() if key.startswith("utter_smalltalk/")}
    assert asked
    assert asked == answered


def test_every_topic_with_examples_has_an_answer(content, examples):
    topics = [intent for intent in examples if intent.startswith("faq/")]
    assert topics
    assert [intent for intent in topics if f"utter_{intent}" not in content.answers] == []


def test_every_intent_with_examples_is_in_the_domain(examples):
    known = read_yaml(paths.ROOT / "domain.yml")["intents"]
    assert {intent.partition("/")[0] for intent in examples} - set(known) == set()
