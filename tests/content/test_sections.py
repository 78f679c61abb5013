"""The sections of the menu: each file of answers has its title, and faults are told by name."""

from __future__ import annotations

import pytest

from assistant import paths
from assistant.content.faults import ContentError
from assistant.content.sections import Section, load_sections


@pytest.fixture
def data(tmp_path):
    (tmp_path / "faq").mkdir()
    for name in ("risks", "clinic"):
        (tmp_path / "faq" / f"{name}.yml").write_text(f"responses:\n  utter_faq/{name}_one: []\n  utter_faq/{name}_two: []\n")
    return tmp_path


def test_sections_come_in_the_order_of_the_menu_with_the_topics_of_their_file(data):
    (data / "menu.yml").write_text("sections:\n  risks: The risks\n  clinic: Our clinic\n")
    assert load_sections(data) == [
        Section("risks", "The risks", ["risks_one", "risks_two"]),
        Section("clinic", "Our clinic", ["clinic_one", "clinic_two"]),
    ]


def test_a_section_is_asked_for_in_a_natural_sentence():
    assert Section("risks", "The risks", []).asked == "Questions about the risks"


@pytest.mark.parametrize(
    ("menu", "said"),
    [
        ("other: 1\n", ["'sections' is None"]),
        ("sections: [risks]\n", ["'sections' is ['risks']"]),
        ("sections:\n  risks: The risks\n", ["'clinic' is missing", "data/faq/clinic.yml"]),
        ("sections:\n  risk: The risks\n  clinic: Ours\n", ["'risk'; did you mean 'risks'?", "'risks' is missing"]),
        (
            "sections:\n  risks: Everything about the risks\n  clinic: ''\n",
            ["'risks' is 'Everything", "'clinic' is ''", "1 to 20 characters"],
        ),
        ("sections:\n  risks: 5\n  clinic: Ours\n", ["'risks' is 5"]),
    ],
)
def test_every_fault_is_told(data, menu, said):
    (data / "menu.yml").write_text(menu)
    with pytest.raises(ContentError) as caught:
        load_sections(data)
    for words in said:
        assert words in str(caught.value)


def test_every_question_there_is_stands_in_one_section_of_the_real_menu(content):
    listed = [button["topic"] for section in content.sections for button in content.menu(section.name)["buttons"]]
    assert sorted(listed) == sorted(answer.topic for answer in content.answers.values() if answer.question)
    assert [section.name for section in content.sections] == [section.name for section in load_sections(paths.DATA)]


def test_the_menu_offers_the_sections_and_says_what_to_do_in_an_emergency(content):
    reply = content.menu()
    assert reply["kind"] == "suggest" and not reply["topics"]
    assert content.clinic.facts["emergency_number"] in reply["text"] and content.clinic.facts["phone"] in reply["text"]
    assert [button["payload"] for button in reply["buttons"]] == [section.asked for section in content.sections]
    assert {button["topic"].partition("/")[0] for button in reply["buttons"]} == {"menu"}


def test_a_section_offers_its_stored_questions(content):
    reply = content.menu("risks")
    assert [button["topic"] for button in reply["buttons"]] == [
        "safety",
        "serious_risks",
        "collapsed_lung",
        "infection",
        "fainting_needle_fear",
    ]
    assert all(button["payload"] == button["title"] for button in reply["buttons"])
