"""What is taken out of a message and what stays, by example."""

from __future__ import annotations

import pytest

from assistant.privacy.redaction import Redactor, redact


@pytest.mark.parametrize(
    ("typed", "kept", "kind"),
    [
        ("hi its sarah from last week", "hi its [name] from last week", "name"),
        ("my names dave can i swim", "my names [name] can i swim", "name"),
        ("im Mrs Okafor-Jones, is it safe", "im Mrs [name], is it safe", "name"),
        ("im mark and i fell", "im [name] and i fell", "name"),
        ("call me on 07700 900123", "call me on [phone]", "phone"),
        ("oh double seven double oh nine oh oh one two three", "[phone]", "phone"),
        ("its anna at example dot com", "its [email]", "email"),
        ("dob 3/4/81", "dob [date of birth]", "date of birth"),
        ("i was born on the 4th of march 1962", "i was born on the [date of birth]", "date of birth"),
        ("I live at 12a high street, LS6 2QN", "I live at [address], [address]", "address"),
        ("flat 3, 44 rue de Rivoli", "[address]", "address"),
        ("card 4111 1111 1111 1111", "card [card number]", "card number"),
        ("nhs number 485 777 3456", "nhs number [ID number]", "ID number"),
        ("see https://www.facebook.com/jane.doe.5", "see [link]", "link"),
        ("my insta is @lifting_lou", "my insta is [social handle]", "social handle"),
        ("car reg fg21 hjk", "car reg [number plate]", "number plate"),
    ],
)
def test_an_identifier_gives_way_to_its_kind(typed, kept, kind):
    assert redact(typed) == (kept, {kind})


@pytest.mark.parametrize(
    "typed",
    [
        "L5/S1 and C5-C6, 3 sessions in 2 weeks, 20mg since 2019",
        "is 0.25 x 40 the size, £45 at 10:30",
        "surgery on 3/4/2021, appointment 12/06",
        "Travell and Simons, Spurling test, Baker's cyst, Osgood Schlatter",
        "Dr Google says call 999",
        "will needling in may leave a mark on my skin, it robs me of sleep, i hope not",
        "does grace period cover the bill",
        "is it in Example Physiotherapy, 12 Example Street, on 020 7946 0018",
        "mail hello@clinic.example or see https://www.nhs.uk/conditions/back-pain/",
    ],
)
def test_what_says_nothing_of_anybody_stays(typed):
    assert redact(typed) == (typed, set())


def test_several_kinds_are_found_in_one_message():
    redaction = redact("Susan Gray 4 Mill Road 01632 960 555 sue@example.org 4/4/44")
    assert redaction.text == "[name] [address] [phone] [email] [date of birth]"
    assert redaction.kinds == {"name", "address", "phone", "email", "date of birth"}


def test_another_clinics_number_is_taken_out():
    own = Redactor(["+44 20 7946 0018"])
    assert own.redact("ring 020 7946 0018 or 020 7946 0991").text == "ring 020 7946 0018 or [phone]"


def test_without_a_clinic_nothing_is_its_own():
    assert Redactor().redact("ring 020 7946 0018").text == "ring [phone]"
