"""The fast reading of the training data gives what Rasa's own gives."""

from __future__ import annotations

import copy

import pytest
from rasa.shared.importers.importer import TrainingDataImporter

from assistant.components.importer import Example, Importer
from assistant.paths import ROOT

# A part of the data, since Rasa's own reading of all of it takes half a minute.
FAQ = """
nlu:
- intent: faq/price
  examples: |
    - how much
    - what's the price - roughly?
- intent: greet
  examples: |
    - hello
responses:
  utter_faq/price:
  - text: It costs {clinic.first_visit_price}.
"""
MORE = """
nlu:
- intent: faq/price
  examples:
  - text: "and for two"
    metadata: {after: price}
"""
RULES = """
rules:
- rule: it answers
  steps:
  - intent: faq
  - action: utter_faq
"""
DOMAIN = "intents: [greet, faq]\n"
CONFIG = "recipe: default.v1\nlanguage: en\n"


def by(importers, folder):
    importer = TrainingDataImporter.load_from_dict(
        {"importers": importers} if importers else {}, str(folder / "config.yml"), str(folder / "domain.yml"), [str(folder / "data")]
    )
    data = importer.get_nlu_data()
    told = [[str(part) for part in (m.get("text"), m.get_full_intent(), m.get("metadata"))] for m in data.training_examples]
    return sorted(told), data.responses, importer.get_domain().fingerprint(), importer.get_stories().fingerprint()


@pytest.mark.filterwarnings("ignore:The following duplicated intents")  # a retrieval intent stands in the domain and has responses
def test_examples_responses_domain_and_rules_are_those_that_rasa_reads(tmp_path):
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    for name, text in {"data/faq.yml": FAQ, "data/nlu/more.yml": MORE, "data/rules.yml": RULES, "domain.yml": DOMAIN}.items():
        (tmp_path / name).write_text("version: '3.1'\n" + text)
    (tmp_path / "config.yml").write_text(CONFIG)
    ours = by([{"name": "assistant.components.importer.Importer"}], tmp_path)
    assert ours == by(None, tmp_path)
    assert ["and for two", "faq/price", "{'example': {'after': 'price'}}"] in ours[0]


def test_an_example_is_copied_by_nobody_and_told_from_others_by_what_it_holds():
    example = Example.build("how much", "faq/price")
    assert copy.deepcopy([example])[0] is example
    known = example.fingerprint()
    example.set("intent", "faq")
    assert example.fingerprint() == known == Example.build("how much", "faq/price").fingerprint()
    example.set("intent", "other")
    assert example.fingerprint() != known


def test_the_projects_configuration_reads_by_it():
    importer = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    data = importer.get_nlu_data()
    assert len(data.intent_examples) > 20_000
    assert "utter_faq/price" in data.responses
    assert Importer(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")]).get_conversation_tests().story_steps == []
