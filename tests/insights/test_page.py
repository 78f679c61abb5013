"""The page: offline, escaped, accessible, and right in the first sentence."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from base64 import b64encode
from datetime import date
from html.parser import HTMLParser

import pytest

from assistant.insights.command import report as make
from assistant.insights.page import HERE, day, figures_as_csv, listed, page, percent, plural, sentences, span
from assistant.insights.reading import Period
from tests.insights.conftest import OCTOBER

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style></pre></details><h1>mine</h1>",
    "\u202eesrever",
    "שלום מה קורה",
    "💉🩺" * 50,
    "a" * 20_000,
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; \" ' `",
]
VOID = {"meta", "br", "link", "img", "rect", "line"}


class Outline(HTMLParser):
    """The elements of a page, and whether each was closed where it should be."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.open, self.attributes = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def made(diary, content):
    return lambda period=OCTOBER, earlier=(): make(diary.database, content, period, list(earlier), date(2026, 11, 1))


def test_it_loads_and_runs_nothing(report):
    text = page(report)
    outline = Outline(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(outline.tags)
    assert [name for _, name, _ in outline.attributes if name.startswith("on") or name == "style"] == []
    assert {value for _, name, value in outline.attributes if name in ("href", "src") and not value.startswith("#")} == set()
    style = (HERE / "report.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'"
        in dict((tag, value) for tag, name, value in outline.attributes if name == "content" and "default-src" in value)["meta"]
    )


def test_headings_follow_each_other_and_tables_have_heads(report):
    outline = Outline(page(report))
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:]))
    assert outline.tags.count("table") == outline.tags.count("thead")
    ids = [value for _, name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value.removeprefix("#") for _, name, value in outline.attributes if name == "href"} <= set(ids)


def test_the_first_sentences_say_what_was_asked_what_was_not_answered_and_what_to_do(report):
    asked, missing, following = sentences(report)
    assert asked.startswith("From 1 October to 31 October 2026, patients had 5,000 conversations")
    assert re.search(r"^[\d,]+ questions got no answer \(\d+ % of all\); .*“.+” \(\d+\)", missing)
    assert following.startswith("Begin with ")


def test_it_says_that_it_changes_nothing(report):
    assert "nothing is learned from patients by itself" in page(report)


def test_an_empty_month_is_a_page_that_says_so(made):
    text = page(made())
    Outline(text)
    assert "Nobody wrote anything from 1 October to 31 October 2026." in text
    assert "There is none: this is the first report" in text


def test_a_month_of_one_conversation_shows_nothing_that_was_written(diary, made):
    diary.begin("a")
    diary.ask("a", "SECRET question")
    diary.reply("a", "decline")
    report = made()
    text = page(report)
    assert "patients had 1 conversation and asked 1 question" in text
    assert "SECRET" not in text
    assert "1 question got no answer" in text


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_as_text(diary, made, hostile):
    for number in range(5):
        diary.ask(str(number), hostile)
        diary.reply(str(number), "decline")
    report = made()
    text = page(report)
    outline = Outline(text)
    assert not {"script", "img"} & set(outline.tags)
    assert outline.headings.count(1) == 1
    assert "\u202e" not in text
    assert "49" not in report.groups.shown[0].wordings[0]
    assert report.groups.shown[0].conversations == 5


def test_a_group_below_five_conversations_is_shown_nowhere(diary, made):
    for number in range(4):
        diary.ask(str(number), "SECRET question of four")
    for _ in range(9):
        diary.ask("0", "SECRET question of one")
    report = made()
    assert "SECRET" not in page(report)
    assert "SECRET" not in figures_as_csv(report)
    assert "13 more questions" in page(report)


def test_call_back_forms_are_shown_nowhere(diary, made):
    for number in range(9):
        diary.ask(str(number), "SECRET name", private="name")
    assert "SECRET" not in page(made())


def test_events_that_could_not_be_read_are_told(diary, made):
    diary.write("a", "user", "{")
    assert "1 stored event could not be read, and is not counted here" in page(made())


def test_changes_are_told_from_the_second_report_on(diary, made):
    from assistant.insights.history import Earlier, figures_kept

    before = made(Period(date(2026, 9, 1), date(2026, 9, 30)))
    earlier = Earlier(before.figures.period, figures_kept(before.figures, before.groups), [])
    for number in range(5):
        diary.begin(str(number))
        diary.ask(str(number), "do you sell vouchers")
    text = page(made(earlier=[earlier]))
    assert "Compared with the report from 1 September to 30 September 2026." in text
    assert "new since the report before" in text
    assert ">+5<" in text


def test_the_figures_as_csv_add_up(report):
    rows = list(csv.DictReader(io.StringIO(figures_as_csv(report))))
    per_day = sum(int(row["number"]) for row in rows if row["section"] == "day")
    per_hour = sum(int(row["number"]) for row in rows if row["section"] == "hour")
    assert per_day == report.figures.visits == 5_000
    assert per_hour == report.figures.messages


def test_words_for_numbers_and_days():
    assert plural(1, "question") == "1 question"
    assert plural(2_000, "question") == "2,000 questions"
    assert percent(1, 0) == "–"
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert span(Period(date(2026, 10, 1), date(2026, 10, 1))) == f"on {day(date(2026, 10, 1))}" == "on 1 October 2026"
    assert span(Period(date(2025, 12, 1), date(2026, 1, 2))) == "from 1 December 2025 to 2 January 2026"
