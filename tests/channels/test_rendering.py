"""From the reply contract to each medium: lengths, menus, safety texts."""

from __future__ import annotations

import pytest

from assistant.channels import rendering
from assistant.channels.rendering import MESSENGER, SHELL, SLACK, SMS, TELEGRAM, WHATSAPP, render, segments, split, units
from assistant.content.answers import split_sentences
from assistant.safety.rules import TIERS

MEDIA = {"sms": SMS, "whatsapp": WHATSAPP, "messenger": MESSENGER, "telegram": TELEGRAM, "slack": SLACK, "shell": SHELL}


def button(title, payload=None):
    return {"title": title, "payload": payload or title, "topic": "topic"}


def reply(text="An answer.", kind="answer", sources=(), reviewed="2026-11-22", buttons=()):
    cited = [{"id": name, "title": f"Title of {name}"} for name in sources]
    return {"text": text, "kind": kind, "topics": [], "sources": cited, "reviewed": reviewed, "buttons": list(buttons)}


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_sources_and_the_day_of_the_check_stand_in_one_short_line(medium):
    (part,) = render([reply(sources=["S5.4", "AU21"])], medium)
    assert part.text == "An answer.\nSources: S5.4, AU21. Checked 2026-11-22."


def test_a_reply_that_states_no_fact_has_no_such_line():
    assert render([reply()], SMS)[0].text == "An answer."
    assert render([reply(sources=["POL1"], reviewed="")], SMS)[0].text == "An answer.\nSources: POL1."


QUESTION = "Will I be sore afterwards?"  # too long for Messenger's buttons


@pytest.mark.parametrize("medium", [SMS, WHATSAPP])
def test_where_there_are_no_buttons_the_menu_is_numbered(medium):
    (part,) = render([reply(buttons=[button(QUESTION), button("Price?")])], medium)
    assert part.text.splitlines()[-3:] == ["Reply with a number:", f"1. {QUESTION}", "2. Price?"]
    assert part.buttons == []


@pytest.mark.parametrize("medium", [TELEGRAM, SLACK])
def test_where_there_are_buttons_nothing_is_numbered(medium):
    (part,) = render([reply(buttons=[button(QUESTION), button("Price?")])], medium)
    assert part.text == "An answer."
    assert [shown["title"] for shown in part.buttons] == [QUESTION, "Price?"]


def test_titles_too_long_for_a_button_stand_in_the_text_with_their_numbers_on_the_buttons():
    (part,) = render([reply(buttons=[button(QUESTION), button("Price?")])], MESSENGER)
    assert part.text.splitlines()[-2:] == [f"1. {QUESTION}", "2. Price?"]
    assert [(shown["title"], shown["payload"]) for shown in part.buttons] == [("1", QUESTION), ("2", "Price?")]


def test_titles_that_fit_are_buttons():
    (part,) = render([reply(buttons=[button("The risks", "Questions about the risks")])], MESSENGER)
    assert (part.text, part.buttons) == ("An answer.", [button("The risks", "Questions about the risks")])


def test_more_choices_than_a_platform_takes_are_a_menu_in_the_text():
    (part,) = render([reply(buttons=[button(f"Topic {number}") for number in range(14)])], MESSENGER)
    assert part.buttons == [] and part.text.endswith("14. Topic 13")


def test_the_menus_of_several_replies_are_numbered_throughout():
    parts = render([reply(buttons=[button("A?"), button("B?")]), reply(buttons=[button("C?")])], SMS)
    assert [line for part in parts for line in part.text.splitlines() if line[0].isdigit()] == ["1. A?", "2. B?", "3. C?"]


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_a_safety_text_comes_first_with_nothing_before_it(medium):
    parts = render([reply("An answer."), reply("Call 112 now.", kind="red_flag")], medium)
    assert [part.text for part in parts] == ["Call 112 now.", "An answer."]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_every_safety_text_is_one_message_on_every_medium_even_with_the_longest_sentences_of_a_sign(content, medium, tier):
    adds = max((flag.adds for flag in content.safety.red_flags), key=len)
    said = content.safety_reply(tier, adds)
    (part,) = render([said], medium)
    assert part.text == (said["text"].translate(rendering.FOLDED) if medium.plain else said["text"])


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_every_approved_answer_fits_its_medium_and_is_cut_at_ends_of_sentences_only(content, medium):
    for key in content.answers:
        said = content.reply(key, condition="tennis elbow")
        parts = render([said], medium)
        told = " ".join(part.text for part in parts)
        for sentence in split_sentences(" ".join(said["text"].split())):
            whole = sentence.translate(rendering.FOLDED) if medium.plain else sentence
            assert any(whole in " ".join(part.text.split()) for part in parts), (key, whole)
        assert all(medium.fits(part.text) for part in parts), key
        offered = [shown["title"] for part in parts for shown in part.buttons]
        assert all(button["title"] in offered or button["title"] in told for button in said["buttons"]), key


def test_the_menu_and_every_section_fit_every_medium(content):
    for medium in MEDIA.values():
        for said in [content.menu(), *(content.menu(section.name) for section in content.sections)]:
            parts = render([said], medium)
            assert all(medium.fits(part.text) for part in parts)
            told = "\n".join(part.text for part in parts) + "\n".join(shown["title"] for part in parts for shown in part.buttons)
            assert all(button["title"] in told for button in said["buttons"])


def test_the_sections_are_buttons_wherever_there_are_buttons(content):
    for medium in (MESSENGER, TELEGRAM, SLACK):
        assert len(render([content.menu()], medium)[-1].buttons) == len(content.sections)


# --- SMS ---


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("£" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("ł" * 135, 3),
        ("💉" * 35, 1),
        ("💉" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_network_counts_them(text, number):
    assert segments(text) == number


def test_typographic_characters_are_written_plainly_on_sms_alone():
    said = [reply("“Don’t” – wait… 30\u00a0minutes")]
    assert render(said, SMS)[0].text == '"Don\'t" - wait... 30 minutes'
    assert render(said, WHATSAPP)[0].text == said[0]["text"]


def test_what_the_assistant_says_costs_no_unicode_on_sms(content):
    for key in content.answers:
        for part in render([content.reply(key)], SMS):
            assert set(part.text) <= rendering.GSM | rendering.GSM_EXTENDED, key


def test_a_letter_that_gsm_does_not_have_is_kept_and_shortens_the_message():
    parts = render([reply("Zażółć gęślą jaźń. " * 20)], SMS)
    assert all(segments(part.text) <= 3 for part in parts)
    assert "".join(part.text for part in parts).count("ż") == 20


# --- splitting ---


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two.", ["One. Two."]),
        ("One sentence. Another one.", ["One sentence.", "Another one."]),
        ("A. B. C. D. E. F.", ["A. B. C. D. E.", "F."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("Line\nNext", ["Line\nNext"]),
        ("1. A question?\n2. Another?", ["1. A question?", "2. Another?"]),
        ("a sentence of many words", ["a sentence of", "many words"]),
        ("abcdefghijklmnopqrst", ["abcdefghijklmno", "pqrst"]),
        ("", [""]),
    ],
)
def test_a_text_is_cut_where_it_hurts_least(text, pieces):
    assert split(text, lambda piece: len(piece) <= 15) == pieces


def test_length_is_counted_in_the_strictest_way():
    assert units("💉") == 2
    assert all(units(part.text) <= 4096 for part in render([reply("💉" * 5000)], TELEGRAM))
