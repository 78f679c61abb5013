"""Reading and checking data/safety.yml."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from assistant.content.faults import ContentError
from assistant.content.sources import Source
from assistant.safety.rules import CONTEXTS, LIFTS, TIERS, load_rules

SOURCES = {"S1": Source("S1", "A source")}
FLAG = {"id": "RF1", "name": "Chest pain", "tier": "emergency", "sources": ["S1"], "signs": ["chest {pain}"]}
CONTENT = {
    "reviewed": "2026-01-31",
    "texts": {tier: "Call {clinic.phone}. {adds}" for tier in TIERS},
    "if_now": {tier: "If it is so now, call {clinic.phone}." for tier in TIERS},
    "groups": {"pain": ["pain", "ache*"]},
    "contexts": {name: ["(no|not)"] for name in (*CONTEXTS, *LIFTS)},
    "red_flags": [FLAG],
}
MISSING = object()


@pytest.fixture
def load(tmp_path):
    """Load rules from content."""
    path = tmp_path / "safety.yml"

    def loaded(content):
        path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
        return load_rules(path, SOURCES)

    return loaded


def changed(*changes):
    """The content with some values changed; a change is (key, ..., value)."""
    content = deepcopy(CONTENT)
    for *way, last, value in changes:
        place = content
        for key in way:
            place = place[key]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return content


def test_content_without_fault_is_read(load):
    rules = load(CONTENT)
    assert rules.reviewed == "2026-01-31"
    assert rules.texts == CONTENT["texts"]
    assert rules.if_now == CONTENT["if_now"]
    assert [(flag.id, flag.tier, flag.signs, flag.unless, flag.even_if, flag.adds) for flag in rules.red_flags] == [
        ("RF1", "emergency", ["chest {pain}"], [], [], "")
    ]


def test_the_vocabulary_has_the_words_of_signs_and_groups(load):
    assert load(CONTENT).vocabulary() == {"chest", "pain"}


FAULTS = [
    *[pytest.param((key, MISSING), f"'{key}' is missing", id=f"no {key}") for key in CONTENT],
    *[pytest.param(("texts", tier, MISSING), f"texts: '{tier}' is missing", id=f"no text for {tier}") for tier in TIERS],
    *[pytest.param(("if_now", tier, MISSING), f"if_now: '{tier}' is missing", id=f"no warning for {tier}") for tier in TIERS],
    *[pytest.param(("contexts", name, MISSING), f"contexts: '{name}' is missing", id=f"no context {name}") for name in (*CONTEXTS, *LIFTS)],
    *[pytest.param(("red_flags", 0, key, MISSING), f"'{key}' is missing", id=f"a flag without {key}") for key in FLAG],
    pytest.param(("red_flags", 0, "signs", []), "RF1: 'signs' is missing", id="a flag with no sign"),
    pytest.param(("red_flags", 0, "id", MISSING), "a red flag with no id: 'id' is missing", id="a flag that cannot be named"),
    pytest.param(("red_flags", 0, "tier", "urgent"), "RF1: 'tier' is 'urgent'; expected one of emergency", id="unknown tier"),
    pytest.param(("red_flags", 0, "sources", ["S1", "S9"]), "RF1: source 'S9'", id="unknown source"),
    pytest.param(("red_flags", 0, "even_if", ["future"]), "RF1: 'even_if' has 'future'; expected negation", id="unknown context"),
    pytest.param(("red_flags", 0, "sign", ["chest"]), "RF1: unknown key", id="unknown key"),
    pytest.param(("reviewed", "soon"), "'reviewed' is 'soon'; expected a date", id="reviewed on no day"),
    pytest.param(("red_flags", 0, "adds", "Call {clinic.fax}."), "RF1: 'adds': blank '{clinic.fax}'; expected", id="unknown blank in adds"),
    pytest.param(("texts", "crisis", "Call {clinic.fax}."), "texts: crisis: blank '{clinic.fax}'; expected", id="unknown blank in a text"),
    pytest.param(
        ("if_now", "crisis", "Call {clinic.fax}."), "if_now: crisis: blank '{clinic.fax}'; expected", id="unknown blank in a warning"
    ),
    pytest.param(("if_now", "crisis", "Now. {adds}"), "if_now: crisis: blank '{adds}'; expected", id="no sign adds to a warning"),
    pytest.param(
        ("if_now", "crisis", "Ask {clinic.parking}."), "if_now: crisis: blank '{clinic.parking}'", id="a fact that may be wanting"
    ),
    pytest.param(("red_flags", 0, "signs", ["chest {hurt}"]), "RF1: phrase 'chest {hurt}': unknown group {hurt}", id="unknown group"),
    pytest.param(("red_flags", 0, "unless", ["(a|b"]), "RF1: phrase '(a|b': cannot read", id="an unless that cannot be read"),
    pytest.param(("contexts", "past", ["{ago}"]), "contexts: past: phrase '{ago}': unknown group", id="unknown group in a context"),
    pytest.param(("red_flags", [FLAG, {**FLAG, "signs": ["lump"]}]), "RF1", id="an id that stands twice"),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_a_fault_is_told_with_file_and_place(load, change, fault):
    with pytest.raises(ContentError) as raised:
        load(changed(change))
    assert [line for line in raised.value.faults if line.startswith("safety.yml: ") and fault in line]


def test_all_faults_are_told_at_once(load):
    first = {**FLAG, "tier": "urgent", "sources": ["S9"], "signs": ["{a}", "{b}"]}
    faulty = changed(
        ("texts", "crisis", MISSING),
        ("if_now", "same_day", MISSING),
        ("contexts", "past", MISSING),
        ("contexts", "negation", ["(no"]),
        ("red_flags", [first, {**FLAG, "id": "RF2", "even_if": ["soon"]}]),
    )
    with pytest.raises(ContentError) as raised:
        load(faulty)
    told = str(raised.value)
    for fault in (
        "'crisis' is missing",
        "'same_day' is missing",
        "'past' is missing",
        "'(no'",
        "'urgent'",
        "'S9'",
        "'{a}'",
        "'{b}'",
        "RF2: 'even_if' has 'soon'",
    ):
        assert fault in told
    assert len(raised.value.faults) == 9


def test_all_missing_keys_are_told_at_once(load):
    with pytest.raises(ContentError) as raised:
        load({})
    assert len(raised.value.faults) == len(CONTENT)


def test_the_real_rules_have_every_sign_with_examples_of_both_kinds(rules):
    assert [flag.id for flag in rules.red_flags] == [f"RF{number}" for number in range(1, 23)]
    assert {flag.tier for flag in rules.red_flags} == set(TIERS)
    assert not [flag.id for flag in rules.red_flags if len(flag.examples) < 5 or len(flag.near_misses) < 5]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(("texts", "call"), "'texts' is 'call'; expected a text for each tier.", id="one text for all tiers"),
        pytest.param(("groups", ["pain"]), "'groups' is ['pain']; expected words by the name of their group.", id="groups without a name"),
        pytest.param(("groups", "pain", "ache"), "groups: 'pain' is 'ache'; expected a list of words.", id="one word for a list"),
        pytest.param(("contexts", "negation", None), "contexts: 'negation' is None; expected a list of phrases.", id="no phrases"),
        pytest.param(("texts", "crisis", 112), "texts: 'crisis' is 112; expected a text.", id="a number for a text"),
        pytest.param(("red_flags", {"RF1": FLAG}), "expected a list of warning signs.", id="signs by name"),
        pytest.param(("red_flags", 0, "RF1"), "red_flags: 'RF1' has no keys", id="a name for a sign"),
        pytest.param(("red_flags", 0, "signs", [12]), "RF1: 'signs' is [12]; expected a list", id="a number for a phrase"),
        pytest.param(("red_flags", 0, "tier", ["crisis"]), "RF1: 'tier' is ['crisis']; expected a text.", id="a list for a tier"),
    ],
)
def test_what_has_another_shape_is_named(load, change, named):
    with pytest.raises(ContentError) as raised:
        load(changed(change))
    assert any(named in fault for fault in raised.value.faults)
