"""Reviews: who signed a text, when it must be checked again, and what the patient is told where nobody has or it is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.content.faults import ContentError
from assistant.content.renderer import LAPSED, Content
from assistant.content.reviews import UNSIGNED, VALID_FOR, WARNED_BEFORE, Review, faults_of, review_of, warnings_of

DUE = date(2027, 5, 1)
REVIEW = Review("faq/price", "A. Person, physiotherapist", DUE - VALID_FOR, DUE, clinical=True)


@pytest.mark.parametrize(
    ("today", "faults", "warnings"),
    [
        pytest.param(DUE - WARNED_BEFORE - timedelta(1), 0, 0, id="long before"),
        pytest.param(DUE - WARNED_BEFORE, 0, 1, id="a month before"),
        pytest.param(DUE, 0, 1, id="on the day"),
        pytest.param(DUE + timedelta(1), 1, 0, id="the day after"),
    ],
)
def test_a_review_is_warned_of_for_a_month_and_then_a_fault(today, faults, warnings):
    assert len(faults_of([REVIEW], today)) == faults
    assert len(warnings_of([REVIEW], today)) == warnings


def test_a_fault_names_the_text_and_the_day():
    (fault,) = faults_of([REVIEW], DUE + timedelta(1))
    assert "faq/price" in fault and "2027-05-01" in fault


def test_every_answer_that_states_something_has_a_review(content):
    reviewed = {review.name for review in content.reviews()}
    assert {key.removeprefix("utter_") for key, answer in content.answers.items() if answer.question} <= reviewed
    assert {"clinic.yml", "safety.yml"} <= reviewed


def test_the_first_due_comes_first(content):
    days = [review.due for review in content.reviews()]
    assert days == sorted(days)


@pytest.fixture
def answer(content):
    return content.answers["utter_faq/side_effects"]


def with_facts(content, **facts):
    return replace(content.clinic, facts={**content.clinic.facts, **facts})


def test_an_answer_is_due_a_year_after_it_was_checked_or_on_the_day_it_names(content, answer):
    assert review_of(answer, content.clinic).due == answer.reviewed + VALID_FOR
    assert review_of(replace(answer, next_check=DUE), content.clinic).due == DUE


def test_the_clinics_reviewer_signs_what_nobody_else_did(content, answer):
    signed = with_facts(content, reviewer="B. Person, physiotherapist")
    assert review_of(answer, signed).reviewer == "B. Person, physiotherapist"
    assert review_of(replace(answer, reviewer="C. Person, doctor"), signed).reviewer == "C. Person, doctor"


@pytest.mark.parametrize(("topic", "clinical"), [("side_effects", True), ("pregnancy", True), ("price", False), ("booking", False)])
def test_what_says_something_about_health_needs_a_clinicians_signature(content, topic, clinical):
    review = review_of(content.answers[f"utter_faq/{topic}"], content.clinic)
    assert (review.clinical, review.is_signed()) == (clinical, not clinical)


def said(content, topic, clinic):
    return Content(clinic, content.sources, content.answers, content.safety).reply(f"utter_faq/{topic}")["text"].splitlines()


def test_an_answer_that_no_clinician_signed_says_so(content):
    assert UNSIGNED in said(content, "side_effects", content.clinic)
    assert UNSIGNED not in said(content, "side_effects", with_facts(content, reviewer="B. Person"))
    assert UNSIGNED not in said(content, "price", content.clinic)


def test_an_answer_whose_review_has_lapsed_says_so_and_is_counted(content, answer):
    late = replace(answer, next_check=date(2026, 1, 1))
    lapsed = Content(content.clinic, content.sources, {**content.answers, answer.key: late}, content.safety)
    assert LAPSED.format(due="2026-01-01") in lapsed.reply(answer.key)["text"].splitlines()
    lapsed.reply("utter_faq/price")
    assert lapsed.lapsed == {"side_effects": 1}


def test_the_clinics_own_disclaimer_is_said(content):
    assert "Ask us too." in said(content, "side_effects", with_facts(content, disclaimer="Ask us too."))


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        pytest.param("next_check: 2027-01-01", "'next_check' is 2027-01-01 without quotes; expected a date in quotes", id="no quotes"),
        pytest.param('next_check: "soon"', "'next_check' is 'soon'; expected a date such as", id="no date"),
        pytest.param('next_check: "2020-01-01"', "'next_check' is '2020-01-01'; expected a day after 'reviewed'", id="before the check"),
        pytest.param("reviewer: 5", "'reviewer' is 5; expected a name and role", id="a number for a name"),
        pytest.param('reviewer: " "', "'reviewer' is ' '; expected a name and role", id="no name"),
    ],
)
def test_a_wrong_review_is_named(project, written, fault):
    project.change(project.data / "faq" / "clinic.yml", r"^      reviewed: ", f"      {written}\n      reviewed: ")
    with pytest.raises(ContentError) as error:
        project.load()
    assert fault in str(error.value)
