from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from assistant.content.clinic import DAYS, DERIVED, KEYS, LONGEST, RETENTION, Span, describe_retention, describe_week

REQUIRED = [name for name, key in KEYS.items() if key.required]
OPTIONAL = [name for name, key in KEYS.items() if not key.required]
COLOURS = ("chat_colour", "chat_background")

MORNING = Span(time(8), time(12))
AFTERNOON = Span(time(13), time(17, 30))


def week_of(**days):
    """Hours as YAML: Monday to Friday 09:00-17:00 but for the days given."""
    usual = {day: "[]" if day in ("saturday", "sunday") else '["09:00-17:00"]' for day in DAYS}
    return "{" + ", ".join(f"{day}: {hours}" for day, hours in {**usual, **days}.items()) + "}"


def test_the_real_profile_has_no_fault(project):
    assert project.load_clinic().facts["name"]


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("how", ["left out", "left empty"])
def test_a_required_fact_cannot_be_missing(project, faults_of, key, how):
    if how == "left out":
        project.leave_out(key)
    else:
        project.give(**{key: ""})
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml")
    assert f"'{key}'" in fault
    assert "missing" in fault
    assert KEYS[key].expected in fault


@pytest.mark.parametrize("key", [key for key in OPTIONAL if key not in COLOURS])
def test_an_optional_fact_with_no_value_is_absent_and_no_fault(project, key):
    project.give(**{key: ""})
    assert key not in project.load_clinic().facts


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '""'),
        ("name", '"   "'),
        ("name", "12"),
        ("name", "[Example, Physiotherapy]"),
        ("name", '"two\\nlines"'),
        pytest.param("address", "x" * (LONGEST + 1), id="address-one character too long"),
        ("insurance", "true"),
        ("reviewed", '"2026-11-22"'),
        ("reviewed", "2026-11-22 10:00:00"),
        ("reviewed", "last week"),
        ("timezone", "Europe/Exampleton"),
        ("timezone", "0"),
        ("phone", "ask at the desk"),
        ("phone", "02079460018"),
        ("phone", '"12 3"'),
        ("phone", '"+44 20 7946 0018 ext 2"'),
        ("email", "hello at clinic.example"),
        ("email", "hello@clinic"),
        ("booking_url", "http://clinic.example/book"),
        ("booking_url", "clinic.example/book"),
        ("booking_url", '"https://clinic.example/book a visit"'),
        ("first_visit_minutes", "4"),
        ("first_visit_minutes", "241"),
        ("first_visit_minutes", '"45"'),
        ("first_visit_minutes", "45.5"),
        ("minimum_age", "true"),
        ("minimum_age", "-1"),
        ("minimum_age", "31"),
        ("closed_dates", "2026-12-25"),
        ("closed_dates", '["2026-12-25"]'),
        ("closed_dates", "[2026-12-25, christmas]"),
        ("chat_position", "middle"),
        ("chat_colour", "green"),
        ("chat_colour", '"#12345"'),
        ("chat_colour", '"#123456; color: red"'),
        ("chat_background", '"123456"'),
        ("chat_avatar", "logo.png"),
        ("chat_avatar", '"javascript:alert(1)"'),
        ("chat_avatar", '"//elsewhere.example/logo.png"'),
        ("chat_avatar", '"http://clinic.example/logo.png"'),
        pytest.param("chat_greeting", "x" * (LONGEST + 1), id="chat_greeting-one character too long"),
        ("hours", '"Monday to Friday 9 to 5"'),
        ("hours", '["09:00-17:00"]'),
    ],
)
def test_a_wrong_value_is_a_fault_that_names_file_key_value_and_what_was_expected(project, faults_of, key, value):
    project.give(**{key: value})
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml")
    assert f"'{key}'" in fault
    assert repr(YAML(typ="safe").load(value)) in fault
    assert KEYS[key].expected in fault


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("name", "x" * LONGEST, id="name-as long as can be"),
        ("phone", '"(020) 7946-0018"'),
        ("first_visit_minutes", "5"),
        ("first_visit_minutes", "240"),
        ("minimum_age", "0"),
        ("minimum_age", "30"),
        ("closed_dates", "[]"),
        ("chat_colour", '"#0bF"'),
        ("chat_background", '"#0B6757"'),
        ("chat_avatar", "/logo.png"),
        ("chat_avatar", "https://clinic.example/logo.png"),
        ("timezone", "Australia/Lord_Howe"),
    ],
)
def test_a_value_at_the_edge_of_what_is_expected_is_no_fault(project, faults_of, key, value):
    project.give(**{key: value})
    assert faults_of(project.load_clinic) == []


@pytest.mark.parametrize("key", COLOURS)
def test_a_colour_without_quotes_is_a_fault_and_not_passed_over_as_a_comment(project, faults_of, key):
    project.give(**{key: "#0b6757"})
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml") and f"'{key}'" in fault and "in quotes" in fault


def test_the_chat_shows_what_the_profile_gives_of_it_and_no_other_fact(project):
    project.give(chat_title="Ask us", chat_position="left", chat_colour='"#123456"')
    clinic = project.load_clinic()
    known = {name: clinic.facts[name] for name in ("name", "phone", "emergency_number")}
    assert clinic.shown() == {**known, "title": "Ask us", "position": "left", "colour": "#123456"}


def test_an_unknown_key_is_a_fault_that_names_it_and_the_known_ones(project, faults_of):
    project.give(fone='"12345"')
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml")
    assert "'fone'" in fault
    assert all(re.search(rf"\b{key}\b", fault) for key in KEYS)


def test_all_faults_are_told_at_once(project, faults_of):
    project.leave_out("regulator")
    project.give(fone='"12345"', minimum_age="99", timezone="Nowhere", hours=week_of(friday='["17:00-09:00"]'))
    faults = faults_of(project.load_clinic)
    assert len(faults) == 5
    for key in ("regulator", "fone", "minimum_age", "timezone", "hours"):
        assert sum(f"'{key}'" in fault.partition(";")[0] for fault in faults) == 1, key


def test_a_key_given_twice_is_a_fault(project, faults_of):
    project.clinic.write_text(project.clinic.read_text(encoding="utf-8") + "\nname: Another name\n", encoding="utf-8")
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml")
    assert "name" in fault


def test_a_missing_profile_is_a_fault(project, faults_of):
    project.clinic.unlink()
    (fault,) = faults_of(project.load_clinic)
    assert str(project.clinic) in fault


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param('["8:00-12:00"]', id="one digit for the hour"),
        pytest.param('["08:00-24:00"]', id="no such hour"),
        pytest.param('["08:60-12:00"]', id="no such minute"),
        pytest.param('["12:00-08:00"]', id="ends before it starts"),
        pytest.param('["08:00-08:00"]', id="ends as it starts"),
        pytest.param('["08:00-13:00", "12:00-17:00"]', id="overlap"),
        pytest.param('["13:00-17:00", "08:00-12:00"]', id="out of order"),
        pytest.param('["08:00 - 12:00"]', id="spaces"),
        pytest.param('["08:00-12:00 and later"]', id="something after it"),
        pytest.param('"08:00-12:00"', id="no list"),
        pytest.param("[800]", id="a number"),
        pytest.param("closed", id="a word"),
        pytest.param("", id="nothing"),
    ],
)
def test_opening_hours_that_make_no_sense_are_a_fault(project, faults_of, hours):
    project.give(hours=week_of(tuesday=hours))
    (fault,) = faults_of(project.load_clinic)
    assert "'hours'" in fault


@pytest.mark.parametrize(
    ("days", "is_fault"),
    [
        pytest.param(DAYS, False, id="the seven days"),
        pytest.param(tuple(reversed(DAYS)), False, id="in any order"),
        pytest.param(DAYS[:6], True, id="a day left out"),
        pytest.param((*DAYS, "holidays"), True, id="a day too many"),
        pytest.param(("mon", *DAYS[1:]), True, id="a day cut short"),
        pytest.param(("Monday", *DAYS[1:]), True, id="a capital"),
    ],
)
def test_opening_hours_name_each_day_of_the_week(project, faults_of, days, is_fault):
    project.give(hours="{" + ", ".join(f'{day}: ["09:00-17:00"]' for day in days) + "}")
    assert bool(faults_of(project.load_clinic)) == is_fault


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ("[]", []),
        ('["08:00-12:00"]', [MORNING]),
        ('["08:00-12:00", "13:00-17:30"]', [MORNING, AFTERNOON]),
        ('["08:00-12:00", "12:00-13:00"]', [MORNING, Span(time(12), time(13))]),
    ],
)
def test_opening_hours_are_read_for_the_day_they_stand_at(project, hours, spans):
    project.give(hours=week_of(tuesday=hours))
    week = project.load_clinic().week
    assert week[1] == spans
    assert week[0] == week[2] == [Span(time(9), time(17))]
    assert week[5] == week[6] == []


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        pytest.param(date(2026, 12, 24), True, id="a Thursday"),
        pytest.param(date(2026, 12, 25), False, id="a Friday the clinic is closed"),
        pytest.param(date(2027, 12, 25), True, id="the same date a year on, a Saturday with hours"),
        pytest.param(date(2026, 12, 27), False, id="a Sunday"),
        pytest.param(date(2027, 1, 1), True, id="a holiday nobody wrote down"),
    ],
)
def test_hours_on_a_date_are_those_of_its_weekday_unless_it_is_a_closed_date(project, day, is_open):
    project.give(hours=week_of(saturday='["09:00-13:00"]'), closed_dates="[2026-12-25]")
    clinic = project.load_clinic()
    assert clinic.hours_on(day) == (clinic.week[day.weekday()] if is_open else [])
    assert bool(clinic.hours_on(day)) == is_open


def test_without_opening_hours_there_are_none_to_ask_for(project):
    project.leave_out("hours")
    clinic = project.load_clinic()
    assert clinic.week is None
    with pytest.raises(LookupError):
        clinic.hours_on(date(2026, 12, 24))


@pytest.mark.parametrize(
    ("week", "said", "unsaid"),
    [
        pytest.param([[MORNING]] * 7, ["Monday to Sunday 08:00-12:00"], ["closed", ";"], id="every day alike"),
        pytest.param([[]] * 7, ["closed on Monday to Sunday"], [":"], id="never"),
        pytest.param(
            [[MORNING]] * 5 + [[], []],
            ["Monday to Friday 08:00-12:00", "closed on Saturday to Sunday"],
            ["Tuesday", "Wednesday"],
            id="a working week",
        ),
        pytest.param(
            [[MORNING], [MORNING], [], [MORNING], [MORNING], [], []],
            ["Monday to Tuesday 08:00-12:00", "closed on Wednesday", "Thursday to Friday 08:00-12:00", "closed on Saturday to Sunday"],
            ["Monday to Friday"],
            id="a day off between",
        ),
        pytest.param(
            [[MORNING, AFTERNOON]] + [[MORNING]] * 6,
            ["Monday 08:00-12:00 and 13:00-17:30", "Tuesday to Sunday 08:00-12:00"],
            ["closed", "Monday to"],
            id="two spans on one day",
        ),
    ],
)
def test_a_week_is_told_with_like_days_together_and_in_order(week, said, unsaid):
    text = describe_week(week)
    places = [text.find(part) for part in said]
    assert -1 not in places, text
    assert places == sorted(places), text
    assert not any(part in text for part in unsaid), text


def test_the_fact_that_stands_for_the_hours_is_the_week_in_words(project):
    project.give(hours=week_of())
    clinic = project.load_clinic()
    assert clinic.facts["hours"] == describe_week(clinic.week)


def test_facts_are_texts_without_space_around_them(project):
    project.give(first_visit_minutes="45", parking='"  Behind the building.  "')
    facts = project.load_clinic().facts
    assert facts["first_visit_minutes"] == "45"
    assert facts["parking"] == "Behind the building."
    assert all(isinstance(fact, str) for fact in facts.values())


def test_dates_and_time_zone_are_read(project):
    project.give(reviewed="2026-02-03", timezone="Asia/Kathmandu", closed_dates="[2026-12-25, 2026-12-26]")
    clinic = project.load_clinic()
    assert clinic.reviewed == date(2026, 2, 3)
    assert clinic.timezone == ZoneInfo("Asia/Kathmandu")
    assert clinic.closed_dates == {date(2026, 12, 25), date(2026, 12, 26)}


def test_now_is_the_time_on_the_clinic_wall(project):
    project.give(timezone="Asia/Kathmandu")
    now = project.load_clinic().now()
    assert now.utcoffset() == timedelta(hours=5, minutes=45)
    assert abs(datetime.now(timezone.utc) - now) < timedelta(minutes=1)


# --- how long things are kept ---


def test_what_is_not_given_is_kept_as_long_as_by_default(project):
    project.leave_out("retention_days")
    assert project.load_clinic().retention == RETENTION
    project.give(retention_days="{conversations: 7}")
    assert project.load_clinic().retention == {**RETENTION, "conversations": 7}


@pytest.mark.parametrize(
    "value", ["30", "{conversations: -1}", "{conversations: 3651}", "{conversations: 1.5}", "{conversations: true}", "{chats: 3}", "[30]"]
)
def test_a_wrong_number_of_days_is_a_sentence(project, faults_of, value):
    project.give(retention_days=value)
    (fault,) = faults_of(project.load_clinic)
    assert fault.startswith("clinic.yml: 'retention_days' is ")
    assert "conversations, call_backs, feedback, dead_letters, erasures a whole number of days from 0 to 3650" in fault


@pytest.mark.parametrize(
    ("days", "chats", "calls"),
    [
        (0, "Chats are kept for an hour after the last message", "deleted as soon as they are done"),
        (1, "Chats are kept for 1 day", "deleted 1 day after they are done"),
        (45, "Chats are kept for 45 days", "deleted 45 days after they are done"),
    ],
)
def test_patients_are_told_the_numbers(project, days, chats, calls):
    project.give(retention_days=f"{{conversations: {days}, call_backs: {days}}}")
    facts = project.load_clinic().facts
    assert facts["chat_retention"].startswith(chats + ", ")
    assert facts["call_back_retention"].endswith(calls)
    assert max(len(sentence.split()) for sentence in describe_retention(dict.fromkeys(RETENTION, days)).values()) <= 20


@pytest.mark.parametrize("key", DERIVED)
def test_a_sentence_that_could_contradict_the_numbers_is_refused(project, faults_of, key):
    project.give(**{key: "Chats are never kept"})
    (fault,) = faults_of(project.load_clinic)
    assert fault == f"clinic.yml: '{key}' is not written by hand: it follows from 'retention_days'."


@pytest.mark.parametrize(
    "address", ["https://clinic.example/calls", "https://clinic.example:8443/a?b=c", "http://localhost:8000/calls", "http://127.0.0.1/"]
)
def test_a_webhook_is_encrypted_or_on_this_machine(project, address):
    project.give(call_back_webhook=address)
    assert project.load_clinic().facts["call_back_webhook"] == address


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("call_back_webhook", "http://clinic.example/calls"),
        ("call_back_webhook", "http://localhost.elsewhere.example/"),
        ("call_back_webhook", "https://user:password@clinic.example/"),
        ("call_back_webhook", "ftp://clinic.example/"),
        ("call_back_email", "desk"),
        ("call_back_email", "a@b.example,c@d.example"),
        ("call_back_email", '"Desk <desk@clinic.example>"'),
    ],
)
def test_an_address_that_requests_must_not_go_to_is_a_fault(project, faults_of, key, value):
    project.give(**{key: value})
    assert [fault for fault in faults_of(project.load_clinic) if f"'{key}'" in fault]


@pytest.mark.parametrize(
    ("key", "value"), [("call_back_email", "desk@clinic.example"), ("call_back_webhook", "https://clinic.example/calls")]
)
def test_where_requests_go_needs_the_sentence_that_offers_them(project, faults_of, key, value):
    project.leave_out("call_back")
    project.give(**{key: value})
    (fault,) = faults_of(project.load_clinic)
    assert f"'{key}'" in fault and "'call_back'" in fault
