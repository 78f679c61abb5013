"""A block copied from the report: refused only for what an editor has to write, and taken once that is written."""

from __future__ import annotations

import re

import numpy as np
import pytest
from ruamel.yaml import YAML

from assistant.content.faults import ContentError
from assistant.insights.blocks import block, examples, name
from assistant.insights.groups import GAP, Group
from tests.content.conftest import Project
from tests.content.test_approved_answers import TOPICS
from tests.content.test_training_examples import bare as bare_of_tests

HOSTILE = [
    "a: b # c",
    "- - dash",
    "{brace}",
    "[entity](condition)",
    "tab\tand 'quotes' \"double\"",
    "<script>alert(1)</script>",
    "%TAG !yaml!",
    "& anchor * alias",
    "💉 emoji שלום",
    "a" * 400,
]


def made(*wordings, words=("dog", "room"), nearest=("consent", "booking", "price")):
    return Group(list(wordings), 9, 9, 0, [(topic, 0.4) for topic in nearest], 0.6, list(words), GAP, np.ones(3))


def written(text, folder, title=None):
    """The project's content with the block saved as the block itself says."""
    project = Project(folder)
    saved = re.search(r"Save as data/(faq/(\w+)\.yml)", text)
    (project.data / saved[1]).write_text(text, encoding="utf-8")
    if title:
        with (project.data / "menu.yml").open("a", encoding="utf-8") as menu:
            menu.write(f"  {saved[2]}: {title}\n")
    return project.load()


def finished(text):
    """The block with what an editor writes."""
    text = text.replace("{write_the_answer}", "Dogs may wait in the room.\n      Call {clinic.phone} first.")
    text = re.sub(r"question: .*", "question: Can I bring my dog?", text)
    text = re.sub(r"sources: .*", "sources: [[CLINIC], [CLINIC]]", text)
    return re.sub(r"reviewed: .*", 'reviewed: "2026-11-01"', text)


def test_it_is_refused_for_what_an_editor_has_to_write_and_for_nothing_else(tmp_path):
    with pytest.raises(ContentError) as error:
        written(block(made("can I bring my dog", *HOSTILE), frozenset(), set(TOPICS)), tmp_path)
    told = [re.search(r"\{write_the_answer\}|'question'|'NAME_THEM'|'reviewed'|expected a title", fault) for fault in error.value.faults]
    assert all(told), error.value.faults
    assert {found[0] for found in told} >= {"'NAME_THEM'", "'question'", "'reviewed'", "{write_the_answer}"}


def test_it_is_taken_once_that_is_written(tmp_path):
    content = written(finished(block(made("can I bring my dog", *HOSTILE), frozenset(), set(TOPICS))), tmp_path, "Visitors")
    answer = content.answers["utter_faq/dog_room"]
    assert answer.question == "Can I bring my dog?"
    assert answer.next == ["consent", "booking", "price"]


def test_rasa_reads_its_examples_as_they_are_and_finds_no_entity_in_them():
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    text = block(made("can I bring my dog", *HOSTILE), frozenset(), set(TOPICS))
    read = RasaYAMLReader().reads(text).training_examples
    assert [(example.get("text"), example.get("entities")) for example in read if example.get("text")] == [
        (line, None) for line in examples(made("can I bring my dog", *HOSTILE), frozenset())
    ]


def test_what_is_an_example_already_is_left_out(tmp_path):
    known = frozenset({bare_of_tests("Can I bring my dog?")})
    assert examples(made("can I bring my dog", "is a dog ok"), known) == ["is a dog ok"]
    assert "none of the wordings" in block(made("can I bring my dog"), known, set(TOPICS))


@pytest.mark.parametrize("wording", ["my name is [name]", "call me on <phone>", "{x}", "x" * 161])
def test_what_has_a_stand_in_or_is_long_is_no_example(wording):
    assert examples(made(wording), frozenset()) == []


@pytest.mark.parametrize(
    ("words", "expected"), [(["dog", "room"], "dog_room"), ([], "new_topic"), (["price"], "new_price"), (["x" * 30, "y" * 30], None)]
)
def test_the_name_is_one_that_a_topic_may_have(words, expected):
    found = name(made("a", words=words), set(TOPICS))
    assert re.fullmatch(r"[a-z_]{1,40}", found)
    assert expected in (None, found)
    assert found not in TOPICS


def test_every_block_of_the_invented_month_lacks_only_what_an_editor_has_to_write(report, tmp_path):
    assert len(report.groups.shown) > 20
    for number, group in enumerate(report.groups.shown):
        text = block(group, report.known, set(TOPICS))
        assert YAML(typ="safe").load(text)["nlu"][0]["intent"].startswith("faq/")
        (tmp_path / str(number)).mkdir()
        if number < 3:
            written(finished(text), tmp_path / str(number), "New")
