"""What is read out of what patients type: names of many cultures, phone numbers, e-mail addresses, times; and nothing else of it."""

from __future__ import annotations

import pytest

from assistant.call_backs.values import LONGEST_NAME, LONGEST_TIME, contact_in, name_in, region_of, time_in

NAMES = [
    "Dawn Price", "May Hope", "Will Sharp", "Bill Cash", "Faith Payne", "Rose Needle", "Mark Booker", "Hope Cost", "Grant Best",
    "María-José Carreño Quiñones", "O'Neill", "Nguyễn Thị Minh Khai", "李小龙", "محمد علي", "Jean-Luc d'Arc", "My Nguyen", "Ng", "An Le",
    "Dr. A. P. J. Abdul Kalam", "Björk Guðmundsdóttir", "प्रिया शर्मा", "Price, Dawn", "Just", "Will Need", "Oluwaseun Adébáyọ̀",
    "Иван Петров", "山田 太郎", "김민준", "X", "Siobhán Ní Bhriain", "José María de la Cruz y Fernández de Córdoba", "Mr & Mrs Jones",
    "Sam (Samantha) Lee", "ʻIolani Luahine", "Łukasz Żółć", "Ahmed bin Rashid Al Maktoum", "Σοφία Παπαδοπούλου", "เจษฎา ธรรมดี", "Muḥammad",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_as_it_was_typed(name):
    assert name_in(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Sam", "Sam"),
        ("I'm Bill Cash", "Bill Cash"),
        ("it's Mark.", "Mark"),
        ("Dawn here", "Dawn"),
        ("hello this is Dawn Price speaking", "Dawn Price"),
        ("Name: Dawn Price", "Dawn Price"),
        ("yes, Dawn Price please", "Dawn Price"),
        ("  Dawn \n Price ", "Dawn Price"),
        ("you can call me Al", "Al"),
        ('"Dawn"', "Dawn"),
    ],
)
def test_what_is_said_around_a_name_is_left_out(text, name):
    assert name_in(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "?", "...", "what?", "07700 900123", "dawn@mail.example", "how much is it", "I have a bad back", "my back hurts a lot",
        "Dawn and my knee hurts", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "Robert'); DROP TABLE", "💉", "a" * (LONGEST_NAME + 1),
        "one two three four five six seven eight nine ten eleven", "https://clinic.example",
    ],
)  # fmt: skip
def test_what_is_no_name_is_not_taken(text):
    assert name_in(text) is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("07700 900123", "+44 7700 900123"),
        ("07700900123", "+44 7700 900123"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("+44 (0)7700 900123", "+44 7700 900123"),
        ("(020) 7946 0018", "+44 20 7946 0018"),
        ("020-7946-0018", "+44 20 7946 0018"),
        ("020.7946.0018", "+44 20 7946 0018"),
        ("020 7946 0018 ext 12", "+44 20 7946 0018 x12"),
        ("+33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("00 33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("+1 (212) 555-0123", "+1 212-555-0123"),
        ("+91 98765 43210", "+91 98765 43210"),
        ("my number is 07700900123 thanks", "+44 7700 900123"),
        ("dawn.price+clinic@mail.example.co.uk", "dawn.price+clinic@mail.example.co.uk"),
        ("mail me: o'neill@mail.example.", "o'neill@mail.example"),
        ("07700 900123 or dawn@mail.example", "+44 7700 900123, dawn@mail.example"),
        ("07700.900.123, my back is killing me and I take warfarin", "+44 7700 900123"),
    ],
)
def test_a_number_or_address_is_found_and_nothing_else_of_the_message(text, contact):
    assert contact_in(text, "GB") == contact


@pytest.mark.parametrize(
    "text",
    ["", "call me", "123", "999", "07700", "07700 9001234567", "1234567890123456", "dawn@", "@dawn", "dawn@mail", "dawn at mail dot com"],
)
def test_what_reaches_nobody_is_not_taken(text):
    assert contact_in(text, "GB") is None


def test_a_number_counts_as_one_of_the_clinics_country():
    assert contact_in("(212) 555-0123", "US") == "+1 212-555-0123"
    assert contact_in("555-0123", "US") is None
    assert (region_of("+44 20 7946 0018"), region_of("+1 212 555 0123"), region_of("020 7946 0018")) == ("GB", "US", None)


def test_where_the_country_is_not_known_a_number_is_taken_as_it_was_typed():
    assert contact_in("it is 020 7946 0018", None) == "020 7946 0018"
    assert contact_in("+33 1 23 45 67 89", None) == "+33 1 23 45 67 89"
    assert contact_in("12345", None) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("any time", "any time"),
        ("I don't mind", "any time"), ("whenever", "whenever"), ("skip", "any time"), ("no preference", "any time"),
        ("after 4", "after 4"), ("weekday mornings", "weekday mornings"), ("Friday after lunch", "Friday after lunch"),
        ("tomorrow between 1 and 2pm", "tomorrow between 1 and 2pm"), ("Mon-Fri 9-5", "Mon - Fri 9 - 5"), ("14:30", "14:30"),
        ("half past two", "half past two"), ("any day but wednesday", "any day but wednesday"), ("7.30pm", "7.30pm"), ("1400", "1400"),
        ("at 5 o'clock", "at 5 o'clock"), ("the 3rd of May", "the 3rd of May"), ("2moro", "2moro"), ("not before 9", "not before 9"),
        ("next tuesday please", "next tuesday"), ("is Tuesday ok?", "is Tuesday"),
    ],
)  # fmt: skip
def test_a_time_in_free_words_is_taken(text, time):
    assert time_in(text) == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("after 4, my back is killing me", "after 4"),
        ("I have cancer, and tuesdays are chemo so not tuesday", "tuesdays … not tuesday"),
        ("tomorrow on 07700 900123, ask for Dawn", "tomorrow"),
        ("Monday. I take warfarin. Or Wednesday", "Monday … Or Wednesday"),
    ],
)
def test_what_is_told_beside_a_time_is_left_out(text, time):
    assert time_in(text) == time


@pytest.mark.parametrize("text", ["", "?", "my back hurts", "when I'm off the roof", "Monday " * LONGEST_TIME])
def test_what_is_no_time_is_not_taken(text):
    assert time_in(text) is None
