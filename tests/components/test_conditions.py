"""The entity extractor for complaints."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.components.conditions import MENTIONS, Conditions
from assistant.components.spacy_document import SpacyDocument


@pytest.fixture
def process(spacy_document, conditions):
    """A message after the component."""
    return lambda text, **given: conditions.process(spacy_document.process([Message({TEXT: text, **given})]))[0]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("does it help sciatica", [("sciatica", "sciatica")], id="a name"),
        pytest.param("  does it\n help   Sciatica?", [("Sciatica", "sciatica")], id="spaces and capitals"),
        pytest.param("/does it help sciatica", [("sciatica", "sciatica")], id="behind a slash"),
        pytest.param(
            "my neck or my plantar fascitus", [("neck", "neck pain"), ("plantar fascitus", "plantar fasciitis")], id="two, one misspelt"
        ),
        pytest.param("I can\u2019t turn my head", [("can't turn my head", "neck pain")], id="curly apostrophe"),
        pytest.param("\U0001f494 sciatica", [("sciatica", "sciatica")], id="after an emoji"),
        pytest.param("can u treat sciatica", [("sciatica", "sciatica")], id="after text-speak that is longer in full"),
        pytest.param("I dunno if its sciatica or not", [("sciatica", "sciatica")], id="after text-speak of three words"),
        pytest.param("\u0130\u0130\u0130 my sciatica", [("sciatica", "sciatica")], id="after letters that are longer in lower case"),
        pytest.param("what does it cost", [], id="none"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_an_entity_stands_where_the_complaint_is_in_the_text(process, typed, found):
    message = process(typed)
    text = message.get(TEXT)
    assert [(text[entity["start"] : entity["end"]], entity["value"]) for entity in message.get(ENTITIES)] == found


def test_an_entity_says_what_it_is_and_who_found_it(process):
    (entity,) = process("sciatica").get(ENTITIES)
    assert entity == {"entity": "condition", "start": 0, "end": 8, "value": "sciatica", "extractor": "Conditions"}


def test_the_mentions_are_kept_for_the_classifier(process):
    mentions = process("sciatica and a sore neck, or my heel").get(MENTIONS)
    assert [(mention.condition.topic, mention.is_part) for mention in mentions] == [
        ("sciatica", False),
        ("neck_pain", False),
        ("plantar_fasciitis", True),
    ]


def test_the_entities_are_part_of_what_is_understood(process):
    assert [entity["value"] for entity in process("sciatica").as_dict(only_output_properties=True)[ENTITIES]] == ["sciatica"]


def test_entities_found_before_stay(process):
    before = {"entity": "day", "start": 0, "end": 6, "value": "monday"}
    assert [entity["entity"] for entity in process("monday sciatica", entities=[before]).get(ENTITIES)] == ["day", "condition"]


def test_it_needs_the_document():
    assert Conditions.required_components() == [SpacyDocument]
