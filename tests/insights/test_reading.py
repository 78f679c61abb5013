"""Reading stored conversations: what is a question without an answer, whatever stands in the database."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.insights.reading import LONGEST, Period, Reading, part_of
from tests.insights import month
from tests.insights.conftest import OCTOBER


def read(diary, period=OCTOBER):
    reading = Reading(diary.database, period, month.ZONE)
    return list(reading.turns()), reading


def test_a_turn_has_the_replies_to_its_message_and_no_others(diary):
    diary.begin("a")
    diary.ask("a", "how much", "faq/price")
    diary.ask("b", "is it sore", "faq/pain_during")
    diary.reply("a", "answer", ["price"])
    diary.reply("b", "answer", ["pain_during"])
    diary.ask("a", "hello", "smalltalk/greet")
    turns, _ = read(diary)
    said = [(turn.conversation, turn.begins, [reply.topics for reply in turn.said]) for turn in turns]
    assert sorted(said) == [("a", False, []), ("a", True, [("price",)]), ("b", True, [("pain_during",)])]


def test_a_new_session_begins_a_new_visit_of_the_same_conversation(diary):
    for _ in range(2):
        diary.begin("a")
        diary.ask("a", "how much", "faq/price")
        diary.ask("a", "and how long", "faq/session_length")
    assert [turn.begins for turn in read(diary)[0]] == [True, False, True, False]


@pytest.mark.parametrize("decision", ["unsure", "hand_over", "out_of_scope"])
def test_what_was_unsure_handed_over_or_refused_is_a_question_without_an_answer(diary, decision):
    diary.ask("a", "do you sell vouchers", decision, 0.7)
    ((question,),) = [turn.unanswered for turn in read(diary)[0]]
    assert (question.text, question.decision, question.outside, question.ranking) == (
        "do you sell vouchers",
        decision,
        0.7,
        [("faq/price", 0.1)],
    )


@pytest.mark.parametrize("decision", ["faq", "smalltalk", "emergency", "too_long"])
def test_nothing_else_is(diary, decision):
    diary.ask("a", "does it hurt", decision)
    assert [turn.unanswered for turn in read(diary)[0]] == [[]]


def test_emoji_commands_and_a_choice_of_none_ask_nothing(diary):
    diary.ask("a", "😀", ranking=())
    assert [turn.unanswered for turn in read(diary)[0]] == [[]]


def test_of_a_message_that_asks_two_things_only_the_part_without_an_answer_is_one(diary):
    text = "does it hurt and can I bring my dog"
    parts = [
        {"start": 0, "end": 12, "label": "faq/pain_during", "outside": 0.0, "ranking": [["faq/pain_during", 0.9]]},
        {"start": 17, "end": 35, "label": "out_of_scope", "outside": 0.8, "ranking": [["faq/consent", 0.1]]},
    ]
    diary.ask("a", text, "faq", read=parts)
    diary.reply("a", "answer", parts=[{"kind": "answer", "topics": ["pain_during"]}, {"kind": "decline", "topics": []}])
    (turn,), _ = read(diary)
    assert [question.text for question in turn.unanswered] == ["can I bring my dog"]
    assert [reply.kind for reply in turn.said] == ["answer", "decline"]


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("does it hurt and is dog ok", 17, 26, "is dog ok"),
        ("[name] asks is dog ok", 7, 11, "[name] asks is dog ok"),
        ("is dog ok, my number is [phone]", 0, 9, "is dog ok"),
        ("is my dog ok", 4, 8, "is my dog ok"),
        ("is dog ok", 17, 26, "is dog ok"),
        ("", 0, 5, ""),
    ],
    ids=[
        "whole words",
        "something taken out before it",
        "something taken out after it",
        "pieces of words",
        "places that are not there",
        "nothing left",
    ],
)
def test_a_part_is_whole_words_or_all_of_the_message(text, start, end, expected):
    assert part_of(text, start, end) == expected


@pytest.mark.parametrize("mark", [{"private": "contact"}, {"private": ""}, {"form": "value"}], ids=str)
def test_what_was_typed_into_a_form_is_never_a_question_nor_read(diary, mark):
    diary.ask("a", "my number is secret", **mark)
    (turn,), _ = read(diary)
    assert turn.private
    assert turn.unanswered == []


def test_whether_the_clinic_is_open_now_is_no_second_answer(diary):
    diary.ask("a", "are you open", "open_now")
    diary.reply("a", "answer", ["hours_location"], text="Monday to Friday")
    diary.reply("a", "answer", ["hours_location"], text="We are open now")
    (turn,), _ = read(diary)
    assert len(turn.said) == 1


def test_replies_that_nobody_signed_or_whose_review_has_lapsed_are_known_by_what_they_say(diary, content):
    from assistant.content.renderer import LAPSED
    from assistant.content.reviews import UNSIGNED

    diary.ask("a", "does it hurt", "faq/pain_during")
    diary.reply("a", "answer", ["pain_during"], text=f"A prick.\n{UNSIGNED}\n{LAPSED.format(due='2026-01-01')}")
    (turn,), _ = read(diary)
    assert (turn.unsigned, turn.lapsed) == (True, True)


@pytest.mark.parametrize(
    "data",
    ["{", "[]", "null", '"text"', "{}", '{"parse_data": null}', '{"parse_data": {"intent": 5, "understanding": {"read": 5}}}'],
)
def test_an_event_that_cannot_be_read_is_counted_and_the_others_are_read(diary, data):
    diary.ask("a", "do you sell vouchers")
    diary.write("a", "user", data)
    diary.ask("a", "and gift cards")
    turns, reading = read(diary)
    assert [turn.unanswered[0].text for turn in turns] == ["do you sell vouchers", "and gift cards"]
    assert reading.unreadable == 1


def test_other_events_are_passed_over(diary):
    diary.write("a", "slot", "{")
    diary.write("a", "action", {"name": "action_listen"})
    turns, reading = read(diary)
    assert (turns, reading.unreadable) == ([], 0)


def test_only_the_period_is_read_by_the_clinics_calendar(diary):
    diary.ask("a", "on the fourteenth")
    assert len(read(diary, Period(date(2026, 10, 14), date(2026, 10, 14)))[0]) == 1
    assert read(diary, Period(date(2026, 10, 13), date(2026, 10, 13)))[0] == []
    assert read(diary, Period(date(2026, 10, 15), date(2026, 10, 31)))[0] == []


def test_the_day_on_which_the_clocks_go_back_has_25_hours():
    start, end = Period(date(2026, 10, 25), date(2026, 10, 25)).seconds(month.ZONE)
    assert end - start == 25 * 3600


def test_more_events_than_are_read_at_once_are_all_read(diary, monkeypatch):
    monkeypatch.setattr("assistant.insights.reading.PAGE", 3)
    for number in range(10):
        diary.ask(f"{number}", f"question {number}")
    assert len(read(diary)[0]) == 10


def test_of_a_very_long_question_the_beginning_is_kept(diary):
    diary.ask("a", "long " * 5_000)
    (turn,), _ = read(diary)
    assert len(turn.unanswered[0].text) == LONGEST
