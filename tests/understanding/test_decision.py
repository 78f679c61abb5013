"""From probabilities and named complaints to a decision. The numbers are sums of powers of two, so that limits are met exactly."""

from __future__ import annotations

import pytest

from assistant.understanding.conditions import OTHER, Condition, Mention
from assistant.understanding.decision import (
    HOURS,
    NAME_COUNTS,
    ONE_CONDITION,
    PART_COUNTS,
    Decision,
    Thresholds,
    decide,
    family,
    main_condition,
    resolve_condition,
    topic_of,
)

LIMITS = Thresholds(outside=0.5, outside_named=0.75, floor=0.25, offer=0.375)
PRICE, PAIN, BOOKING = "faq/price", "faq/pain_during", "faq/booking"
NECK, SHOULDER, HEEL, HEAD, ANOTHER = "faq/neck_pain", "faq/shoulder_pain", "faq/plantar_fasciitis", "faq/tension_headache", f"faq/{OTHER}"


def named(label, is_part=False):
    topic = label.removeprefix("faq/")
    return Mention(Condition(topic, topic.replace("_", " ")), 0, 1, is_part)


def part(label):
    return named(label, is_part=True)


def decided(probabilities, mentions=(), limits=LIMITS):
    """The decision where a message is as probably outside as the label of that name says."""
    return decide(probabilities, probabilities.get("out_of_scope", 0.0), list(mentions), limits)


@pytest.mark.parametrize(
    ("probabilities", "intent", "label", "confidence"),
    [
        pytest.param({PRICE: 1.0}, "faq", PRICE, 1.0, id="a certain topic"),
        pytest.param({PRICE: 0.375, PAIN: 0.625}, "faq", PAIN, 0.625, id="the best topic"),
        pytest.param({"smalltalk/greet": 0.75, PRICE: 0.25}, "smalltalk", "smalltalk/greet", 0.75, id="small talk"),
        pytest.param({"open_now": 0.75, PRICE: 0.25}, "open_now", "open_now", 0.75, id="a topic without a family"),
        pytest.param({PRICE: 0.5, "out_of_scope": 0.5}, "out_of_scope", "out_of_scope", 0.5, id="outside at its limit"),
        pytest.param({PRICE: 0.53125, "out_of_scope": 0.46875}, "faq", PRICE, 0.53125, id="outside below its limit"),
        pytest.param({PRICE: 0.25, PAIN: 0.125, BOOKING: 0.125}, "faq", PRICE, 0.25, id="the best at the floor"),
        pytest.param({PRICE: 0.21875, PAIN: 0.125, BOOKING: 0.125}, "unsure", PRICE, 0.21875, id="the best below the floor"),
        pytest.param({PRICE: 0.125, PAIN: 0.125, BOOKING: 0.125}, "unsure", PRICE, 0.125, id="the best three at the offer"),
        pytest.param(
            {PRICE: 0.125, PAIN: 0.125, BOOKING: 0.09375, "out_of_scope": 0.25}, "out_of_scope", "out_of_scope", 0.25, id="below the offer"
        ),
        pytest.param(
            {PRICE: 0.09375, PAIN: 0.09375, BOOKING: 0.09375, "faq/safety": 0.09375},
            "out_of_scope",
            "out_of_scope",
            0.0,
            id="a fourth is no help",
        ),
        pytest.param({"out_of_scope": 1.0}, "out_of_scope", "out_of_scope", 1.0, id="nothing else to say"),
        pytest.param({}, "out_of_scope", "out_of_scope", 0.0, id="nothing"),
    ],
)
def test_each_limit_decides(probabilities, intent, label, confidence):
    decision = decided(probabilities)
    assert (decision.intent, decision.label, decision.confidence) == (intent, label, confidence)
    assert decision.outside == probabilities.get("out_of_scope", 0.0)


@pytest.mark.parametrize(
    ("probabilities", "outside", "intent"),
    [
        pytest.param({PRICE: 1.0}, 0.75, "out_of_scope", id="outside, however near to a topic"),
        pytest.param({PRICE: 0.375, "out_of_scope": 0.625}, 0.25, "faq", id="not outside, whatever the label says"),
    ],
)
def test_what_is_outside_is_told_apart_from_the_labels(probabilities, outside, intent):
    decision = decide(probabilities, outside, [], LIMITS)
    assert (decision.intent, decision.outside) == (intent, outside)


@pytest.mark.parametrize(
    ("mentions", "outside", "intent"),
    [
        pytest.param([], 0.625, "out_of_scope", id="nothing named"),
        pytest.param([part(NECK)], 0.625, "out_of_scope", id="a body part"),
        pytest.param([named(ANOTHER)], 0.625, "faq", id="a complaint"),
        pytest.param([named(ANOTHER)], 0.75, "out_of_scope", id="a complaint, and far outside"),
    ],
)
def test_a_named_complaint_speaks_for_a_question_about_its_treatment(mentions, outside, intent):
    assert decide({ANOTHER: 1.0}, outside, mentions, LIMITS).intent == intent


@pytest.mark.parametrize(
    ("probabilities", "limit", "number"),
    [
        pytest.param({PRICE: 0.375, "out_of_scope": 0.625}, "outside", "0.62", id="outside"),
        pytest.param({PRICE: 0.125, PAIN: 0.125}, "offer", "0.25", id="below the offer"),
        pytest.param({PRICE: 0.1875, PAIN: 0.1875, BOOKING: 0.1875}, "floor", "0.19", id="below the floor"),
        pytest.param({PRICE: 0.75}, "floor", "0.75", id="an answer"),
    ],
)
def test_the_reason_names_the_limit_that_decided_and_what_met_it(probabilities, limit, number):
    why = decided(probabilities).why
    assert f"'{limit}' {vars(LIMITS)[limit]}" in why
    assert number in why


@pytest.mark.parametrize("intent", ["out_of_scope", "faq", "unsure"])
def test_the_ranking_has_what_could_be_answered_best_first(intent):
    shares = {PAIN: 0.0625, PRICE: 0.125, "smalltalk/greet": 0.03125, "out_of_scope": 0.25}
    limits = {
        "out_of_scope": Thresholds(outside=0.125),
        "faq": Thresholds(floor=0.0, offer=0.0),
        "unsure": Thresholds(offer=0.0),
    }[intent]
    decision = decided(shares, limits=limits)
    assert decision.intent == intent
    assert decision.ranking == [(PRICE, 0.125), (PAIN, 0.0625), ("smalltalk/greet", 0.03125)]


@pytest.mark.parametrize(
    ("topics", "mentions", "chosen"),
    [
        pytest.param({NECK: 0.5, SHOULDER: 0.25}, [], NECK, id="nothing named"),
        pytest.param({NECK: 0.5, SHOULDER: 0.125}, [named(SHOULDER)], SHOULDER, id="a name outweighs the classifier"),
        pytest.param({NECK: 0.75, SHOULDER: 0.015625}, [named(SHOULDER)], NECK, id="a name alone does not decide"),
        pytest.param({NECK: 0.25, SHOULDER: 0.125}, [part(SHOULDER)], SHOULDER, id="a part outweighs the classifier"),
        pytest.param({NECK: 0.5, SHOULDER: 0.125}, [part(SHOULDER)], NECK, id="a part counts less than a name"),
        pytest.param({HEAD: 0.75, ANOTHER: 0.015625}, [named(ANOTHER)], HEAD, id="not migraine: named only to be denied"),
        pytest.param({HEAD: 0.375, ANOTHER: 0.25}, [named(HEAD), named(ANOTHER)], HEAD, id="both named: the classifier decides"),
        pytest.param({HEEL: 0.5, ANOTHER: 0.0625}, [part(HEEL), named(ANOTHER)], ANOTHER, id="a part counts only where nothing is named"),
        pytest.param({NECK: 0.5, SHOULDER: 0.25}, [named(HEEL)], NECK, id="a named complaint that has no probability"),
    ],
)
def test_the_complaint_is_decided_by_its_name_and_the_classifier(topics, mentions, chosen):
    assert resolve_condition({**topics, PRICE: 0.125}, mentions) == {chosen: sum(topics.values()), PRICE: 0.125}


def test_a_name_counts_more_than_a_part():
    assert NAME_COUNTS > PART_COUNTS > 1


def test_without_a_complaint_topic_nothing_is_gathered():
    topics = {PRICE: 0.5, "smalltalk/posture": 0.25}
    assert resolve_condition(topics, [named(NECK)]) == topics


def test_complaints_too_weak_alone_are_answered_together():
    shares = {NECK: 0.1875, SHOULDER: 0.1875, HEEL: 0.125, PRICE: 0.25, PAIN: 0.25}
    decision = decided(shares, [named(HEEL)])
    assert (decision.label, decision.confidence) == (HEEL, 0.5)
    assert decision.ranking == [(HEEL, 0.5), (PRICE, 0.25), (PAIN, 0.25)]


def test_a_named_complaint_does_not_outweigh_another_question():
    assert decided({NECK: 0.25, PRICE: 0.75}, [named(NECK)]).label == PRICE


@pytest.mark.parametrize(
    ("mentions", "topic"),
    [
        pytest.param([], None, id="none"),
        pytest.param([part(NECK)], "neck_pain", id="a part"),
        pytest.param([named(NECK), named(SHOULDER)], "neck_pain", id="the first name"),
        pytest.param([part(NECK), named(SHOULDER)], "shoulder_pain", id="a name before a part"),
    ],
)
def test_a_message_is_about_the_first_complaint_it_names(mentions, topic):
    condition = main_condition(mentions)
    assert (condition.topic if condition else None) == topic


def test_the_topics_of_one_complaint_are_those_of_the_lexicon(lexicon):
    assert {condition.topic for condition in lexicon.phrases.values()} == ONE_CONDITION


@pytest.mark.parametrize(
    ("label", "topic"),
    [(PRICE, "price"), ("smalltalk/greet", None), ("open_now", HOURS), ("call_back", "talk_to_person"), ("out_of_scope", None)],
)
def test_the_topic_of_a_decision_is_that_of_its_answer(label, topic):
    assert topic_of(Decision(label.partition("/")[0], label, 1.0, 0.0)) == topic


def test_an_unsure_decision_has_no_topic_though_a_best_guess():
    assert topic_of(Decision("unsure", PRICE, 0.125, 0.0)) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (NECK, SHOULDER, True),
        (NECK, ANOTHER, True),
        (PRICE, PRICE, True),
        (PRICE, PAIN, False),
        (NECK, PRICE, False),
        ("smalltalk/posture", "faq/posture", False),
    ],
)
def test_two_complaints_are_one_kind_of_question(one, other, alike):
    assert (family(one) == family(other)) is alike


CALL, PERSON = "call_back", "faq/talk_to_person"


@pytest.mark.parametrize(
    ("shares", "label", "confidence"),
    [
        pytest.param({CALL: 0.9, PERSON: 0.1}, CALL, 1.0, id="a clear request"),
        pytest.param({CALL: 0.5, PERSON: 0.4, "faq/price": 0.1}, PERSON, 0.9, id="a request that is not clear"),
        pytest.param({CALL: 0.1, PERSON: 0.8, "faq/price": 0.1}, PERSON, 0.9, id="a question how to reach one"),
        pytest.param({CALL: 0.3, PERSON: 0.1, "faq/price": 0.6}, "faq/price", 0.6, id="neither"),
    ],
)
def test_asking_for_a_person_is_one_question_and_begins_a_call_back_only_where_that_is_clear(shares, label, confidence):
    decision = decide(shares, 0.0, [], Thresholds())
    assert (decision.label, decision.confidence) == (label, pytest.approx(confidence))


def test_a_clinic_that_calls_nobody_back_answers_how_to_reach_it():
    assert decide({CALL: 0.99, PERSON: 0.01}, 0.0, [], Thresholds(call_back=2.0)).label == PERSON
