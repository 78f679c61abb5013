"""Going live: refused for the example clinic and for whatever is undecided, each named; a record where nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.content.renderer import Content
from assistant.live_check import NUMBERS, faults, record

TODAY = date(2026, 12, 1)
REAL = {
    "name": "Hill Physiotherapy",
    "phone": "01632 960 017",
    "email": "desk@hill.test",
    "address": "1 High Street, Hilltown",
    "booking_url": "https://hill.test/book",
    "privacy_contact": "desk@hill.test",
    "emergency_number": "999",
    "urgent_line": "111",
    "maternity_line": "01632 960 018",
    "crisis_name": "Samaritans",
    "crisis_number": "116 123",
    "regulator": "the Health and Care Professions Council",
    "reviewer": "A. Person, chartered physiotherapist",
}


def faults_with(content, without=(), today=TODAY, **facts):
    facts = {name: value for name, value in {**content.clinic.facts, **REAL, **facts}.items() if name not in without}
    return faults(Content(replace(content.clinic, facts=facts), content.sources, content.answers, content.safety), today)


def test_a_clinic_that_has_decided_everything_may_go_live(content):
    assert faults_with(content) == []


def test_the_example_clinic_may_not_and_every_line_of_it_is_named(content):
    found = "\n".join(faults(content, TODAY))
    for key in ("name", "phone", "email", "address", "booking_url", "reviewer", "regulator", *NUMBERS):
        assert f"'{key}'" in found
    assert "signed by no clinician" in found and "faq/side_effects" in found


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_without_a_digit_is_named(content, key):
    (fault,) = faults_with(content, **{key: "the usual number"})
    assert f"'{key}' is 'the usual number'" in fault


@pytest.mark.parametrize("key", ["disclaimer", "privacy_contact"])
def test_what_is_missing_is_named(content, key):
    (fault,) = faults_with(content, without=[key])
    assert f"'{key}' is missing" in fault


def test_without_a_reviewer_every_unsigned_text_is_named(content):
    missing, unsigned = faults_with(content, without=["reviewer"])
    assert "'reviewer' is missing" in missing
    assert "faq/pregnancy" in unsigned and "faq/price" not in unsigned


def test_a_review_that_has_lapsed_is_named(content):
    assert any("review was due" in fault for fault in faults_with(content, today=date(2030, 1, 1)))


@pytest.mark.parametrize("phone", ["+44 20 7946 0018", "020 7946 0123", "(212) 555-0123"])
def test_a_number_set_aside_for_fiction_is_no_phone_number(content, phone):
    (fault,) = faults_with(content, phone=phone)
    assert phone in fault


def test_the_record_says_who_answers_for_what_and_until_when(content):
    live = Content(replace(content.clinic, facts={**content.clinic.facts, **REAL}), content.sources, content.answers, content.safety)
    page = record(live, TODAY)
    for text in ("Hill Physiotherapy", "A. Person, chartered physiotherapist", "999", "2026-12-01", "2027-11-22"):
        assert text in page
