"""What is counted, and what is advised from it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from assistant.insights.advice import advice, is_seldom_chosen, usually_chosen
from assistant.insights.figures import Topic, add_records, count
from assistant.insights.groups import Groups
from assistant.insights.reading import Reading
from assistant.storage.schema import CALL_BACKS, FEEDBACK
from tests.insights import month
from tests.insights.conftest import OCTOBER

NOTHING = Groups([], 0, 0)


@pytest.fixture
def counted(diary, content):
    def counted():
        figures = count(Reading(diary.database, OCTOBER, month.ZONE).turns(), OCTOBER, content)
        add_records(figures, diary.database, content.clinic)
        return figures

    return counted


def test_a_visit_counts_once_and_each_of_its_messages_in_its_hour(diary, counted):
    diary.begin("a")
    for _ in range(3):
        diary.ask("a", "how much", "faq/price")
        diary.reply("a", "answer", ["price"])
    figures = counted()
    assert (figures.visits, figures.people, figures.messages) == (1, 1, 3)
    assert figures.days[date(2026, 10, 14)] == 1
    assert figures.hours[2][9] == 3  # a Wednesday, by the clinic's clock, an hour ahead of UTC
    assert figures.channels == {"website": 1}
    assert figures.topics["price"].given == 3


def test_messages_that_come_while_the_clinic_is_closed_are_counted(diary, counted):
    diary.ask("a", "one")
    diary.at = datetime(2026, 10, 18, 12, 0, tzinfo=month.ZONE).timestamp()  # a Sunday
    diary.ask("a", "two")
    assert counted().while_closed == 1


@pytest.mark.parametrize(("kind", "ended"), [("decline", 1), ("suggest", 1), ("handoff", 1), ("answer", 0), ("smalltalk", 0)])
def test_a_conversation_that_ends_right_after_no_answer_is_one_that_was_dropped(diary, counted, kind, ended):
    diary.ask("a", "and now")
    diary.reply("a", kind)
    assert sum(counted().ended.values()) == ended


def test_a_visit_that_was_dropped_counts_though_the_patient_came_back(diary, counted):
    for _ in range(2):
        diary.begin("a")
        diary.ask("a", "and now")
        diary.reply("a", "decline")
    assert counted().ended == {"decline": 2}


def test_an_offered_question_that_is_chosen_settles_the_question_it_was_offered_for(diary, counted):
    diary.ask("a", "sessions maybe", "unsure")
    diary.reply("a", "suggest", offered=["price", "session_length"])
    diary.ask("a", "2", "faq/session_length")
    diary.reply("a", "answer", ["session_length"])
    diary.ask("b", "sessions maybe", "unsure")
    diary.reply("b", "suggest", offered=["price", "session_length"])
    figures = counted()
    assert sorted(question.settled for question in figures.unanswered) == [False, True]
    assert (figures.topics["session_length"].offered, figures.topics["session_length"].chosen) == (2, 1)
    assert (figures.topics["price"].offered, figures.topics["price"].chosen) == (2, 0)


def test_warning_signs_are_counted_by_tier_and_no_question(diary, counted):
    diary.ask("a", "I cannot breathe", "emergency", ranking=())
    diary.reply("a", "red_flag")
    diary.ask("b", "does it hurt", "faq/pain_during", if_now="same_day")
    figures = counted()
    assert (figures.tiers, figures.warned, figures.unanswered) == ({"emergency": 1}, 1, [])


def test_what_was_typed_into_a_form_counts_as_a_message_and_nothing_more(diary, counted):
    diary.ask("a", "Jane", private="name")
    diary.reply("a", "handoff")
    figures = counted()
    assert (figures.messages, figures.private, figures.asked, sum(figures.ended.values())) == (1, 1, 0, 0)


def test_a_message_that_got_no_reply_is_counted(diary, counted):
    diary.ask("a", "how much", "faq/price")
    assert counted().silent == 1


def test_votes_and_requests_of_the_period_are_counted_without_their_words(diary, counted):
    votes = [(date(2026, 10, 1), True), (date(2026, 10, 31), False), (date(2026, 11, 1), False)]
    with diary.database.begin() as connection:
        for day, helpful in votes:
            connection.execute(FEEDBACK.insert().values(day=day, topic="price", helpful=helpful, words="SECRET", model=""))
        for number, state in enumerate(["open", "done", "draft"]):
            connection.execute(CALL_BACKS.insert().values(id=str(number), conversation="a", state=state, begun=diary.at, name="SECRET"))
    figures = counted()
    assert (figures.topics["price"].helpful, figures.topics["price"].unhelpful) == (1, 1)
    assert figures.call_backs == {"open": 1, "done": 1, "draft": 1}
    assert "SECRET" not in repr(figures)


def test_an_empty_period_counts_nothing(counted):
    figures = counted()
    assert (figures.visits, figures.asked, figures.unanswered) == (0, 0, [])
    assert len(figures.days) == 31


def test_a_poor_answer_is_to_be_reworked(counted, content):
    figures = counted()
    figures.topics["price"] = Topic(given=90, helpful=4, unhelpful=6)
    figures.topics["benefits"] = Topic(given=90, helpful=40, unhelpful=6)
    figures.topics["posture"] = Topic(given=90, helpful=0, unhelpful=2)  # too few to tell
    ((served, about),) = [(one.served, one.about) for one in advice(figures, NOTHING, content)]
    assert served == 6
    assert content.answers["utter_faq/price"].question in about


def test_a_question_often_offered_and_seldom_chosen_is_to_be_looked_at(counted, content):
    figures = counted()
    figures.topics["price"] = Topic(offered=100, chosen=2)
    figures.topics["benefits"] = Topic(offered=100, chosen=48)
    assert usually_chosen(figures) == 0.25
    assert [one.served for one in advice(figures, NOTHING, content)] == [23]
    assert not is_seldom_chosen(Topic(offered=10, chosen=0), 0.25)


def test_a_fact_the_profile_lacks_is_to_be_filled_in(diary, counted, content):
    for number in range(5):
        diary.ask(f"{number}", "where do I park", "faq/hours_location")
        diary.reply(f"{number}", "handoff", ["hours_location"])
    (one,) = advice(counted(), NOTHING, content)
    assert "clinic.yml" in one.what


def test_complaints_without_an_answer_are_named_from_five_conversations_on(diary, counted, content):
    for number in range(5):
        for complaint in ["migraine", "gout"][: 1 if number else 2]:
            diary.ask(f"{number}", complaint, "faq/condition_other", condition=complaint, condition_topic="condition_other")
            diary.reply(f"{number}", "handoff", ["condition_other"])
    assert [(one.about, one.served) for one in advice(counted(), NOTHING, content)] == [("migraine", 5)]
