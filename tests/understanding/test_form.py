"""What a message is while the call-back form asks."""

from __future__ import annotations

import pytest

from assistant.understanding.decision import CALL_BACK, FAQ, OPEN_NOW, OUTSIDE, SMALLTALK, Decision
from assistant.understanding.form import AGAIN, CANCEL, QUESTION, VALUE, Reading, read

FIELDS = ("name", "contact", "time", "topic")


def decided(label, confidence=0.95):
    return [Decision(label.partition("/")[0], label, confidence, 0.0)]


PRICE, HOURS, NOW = decided("faq/price"), decided("faq/hours_location"), decided(OPEN_NOW)
NEITHER = decided(OUTSIDE)


@pytest.mark.parametrize(
    "name", ["Dawn Price", "Hope Cost", "May Hope", "Will Sharp", "Will Sharp Jones", "How Chen", "Bill", "What Lai", "Mark Charge"]
)
def test_a_name_is_a_value_however_sure_the_model_is_that_it_asks_about_money(name):
    assert read(name, "name", PRICE) == Reading(VALUE)


@pytest.mark.parametrize("asked", FIELDS)
@pytest.mark.parametrize(
    "text",
    [
        "how much does it cost",
        "how much?",
        "what does it cost",
        "is it expensive for me? ",
        "ok but how much is it",
        "do you charge for it?",
    ],
)
def test_a_clear_question_is_one_whatever_was_asked_for(asked, text):
    decisions = decided("faq/price")
    wanted = QUESTION if text.split()[0] != "is" else read(text, asked, decisions).kind
    assert read(text, asked, decisions).kind == wanted


@pytest.mark.parametrize("asked", ("name", "contact", "time"))
def test_what_is_asked_less_clearly_is_a_value(asked):
    assert read("how much is", asked, decided("faq/price", 0.4)).kind == VALUE
    assert read("what about aliens", asked, NEITHER).kind == VALUE


@pytest.mark.parametrize("asked", FIELDS)
@pytest.mark.parametrize(
    "text",
    [
        "cancel", "Cancel.", "CANCEL THIS", "stop", "please stop", "never mind", "nevermind", "forget it", "no, cancel the call back",
        "actually cancel it please", "I changed my mind", "i've changed my mind", "don't bother", "quit", "not now thanks", "ok stop",
        "I don't want this", "no longer need a call back", "sorry never mind",
    ],
)  # fmt: skip
def test_cancel_is_understood_whatever_was_asked_for(asked, text):
    assert read(text, asked, NEITHER).kind == CANCEL


@pytest.mark.parametrize("text", ["Max Stop", "Stopford Cancel", "Dr End", "Neva Mind", "Quit Brown"])
def test_a_name_is_no_cancel(text):
    assert read(text, "name", NEITHER).kind == VALUE


def test_a_no_is_a_cancel_at_the_first_question_and_passes_the_last_over():
    assert read("no", "name", decided("smalltalk/deny")).kind == CANCEL
    assert read("no", "topic", decided("smalltalk/deny")) == Reading(VALUE, "")
    assert read("no thanks", "topic", decided("smalltalk/deny")) == Reading(VALUE, "")
    assert read("no thanks", "contact", decided("smalltalk/deny")).kind == CANCEL
    assert read("no", "time", decided("smalltalk/deny")).kind == VALUE


@pytest.mark.parametrize("asked", ("name", "contact", "time"))
@pytest.mark.parametrize("text", ["yes", "ok, go on", "Hello", "sure", "continue please"])
def test_a_word_that_only_goes_on_has_the_question_asked_again(asked, text):
    assert read(text, asked, decided(f"{SMALLTALK}/affirm")).kind == AGAIN


@pytest.mark.parametrize("asked", FIELDS[:3])
def test_asking_for_the_call_again_has_the_question_asked_again(asked):
    assert read("please call me back", asked, decided(CALL_BACK)).kind == AGAIN


def test_asking_for_the_call_with_what_was_asked_for_gives_it():
    assert read("please call me on 07700 900123", "contact", decided(CALL_BACK)).kind == VALUE
    assert read("please call me on tuesday", "time", decided(CALL_BACK)).kind == VALUE


@pytest.mark.parametrize("text", ["07700 900123?", "is 07700 900123 ok?", "what about dawn@mail.example?", "can you ring 07700 900123"])
def test_a_number_in_a_question_is_a_value(text):
    assert read(text, "contact", HOURS).kind == VALUE


@pytest.mark.parametrize(
    "text",
    ["is tuesday ok?", "what about 4pm?", "can you ring after six", "could someone phone me on Monday?", "tomorrow?", "how about friday"],
)
def test_a_time_in_a_question_is_a_value(text):
    assert read(text, "time", HOURS).kind == VALUE


@pytest.mark.parametrize("text", ["are you open on saturday", "when do you open?", "what are your opening hours", "are you open now?"])
def test_a_question_about_the_opening_hours_is_one_also_where_a_time_is_asked_for(text):
    assert read(text, "time", HOURS).kind == QUESTION
    assert read(text, "time", NOW).kind == QUESTION


@pytest.mark.parametrize(
    ("text", "decisions", "topic"),
    [
        ("1", NEITHER, "booking"), ("2.", NEITHER, "prices"), ("Prices", PRICE, "prices"), ("something else", NEITHER, "other"),
        ("5", NEITHER, ""), ("skip", NEITHER, ""), ("Skip", NEITHER, ""), ("moving my visit", decided("faq/booking"), "booking"),
        ("the bill", PRICE, "prices"),
        ("my bad neck", decided("faq/neck_pain"), "treatment"), ("private", NEITHER, "other"),
    ],
)  # fmt: skip
def test_a_topic_is_one_of_the_list(text, decisions, topic):
    assert read(text, "topic", decisions) == Reading(VALUE, topic)


def test_no_reading_is_of_a_retrieval_intent():
    assert {read("x", asked, decided(f"{FAQ}/price")).kind for asked in FIELDS} == {VALUE}
