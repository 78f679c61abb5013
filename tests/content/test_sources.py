from __future__ import annotations

import pytest

from assistant.content.faults import ContentError
from assistant.content.sources import STANDINGS, load_sources

REGISTER = """# Sources

Words with a | bar in them.

## S1 Introduction

| id | claim | standing | why |
|---|---|---|---|
| S1.1 | It is done by professionals | supported | surveys [AB20] |
| S1.12 | It never hurts | wrong as worded | it does [AB20] |

## Evidence

| id | authors | year | title | where | seen as |
|---|---|---|---|---|---|
| AB20 | Able A | 2020 | A survey | a journal | abstract or official text |
| CD | Cole D | not shown | A leaflet | a page | secondary copy |
| EF | not shown | not shown | A poster | a wall | record only |

## Policies

| id | policy | why |
|---|---|---|
| POL1 | It never says who can have treatment | nobody can from afar |
"""


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "sources.md"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_in(path):
    with pytest.raises(ContentError) as raised:
        load_sources(path)
    return raised.value.faults


def test_every_row_with_an_id_is_read_and_nothing_else(register):
    assert list(load_sources(register)) == ["S1.1", "S1.12", "AB20", "CD", "EF", "POL1"]


def test_only_a_claim_has_a_standing(register):
    standings = {name: source.standing for name, source in load_sources(register).items() if source.standing}
    assert standings == {"S1.1": "supported", "S1.12": "wrong as worded"}


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        pytest.param("AB20", ["Able A", "2020", "A survey"], ["journal"], id="author, year and title"),
        pytest.param("CD", ["Cole D", "A leaflet"], ["not shown"], id="no year"),
        pytest.param("EF", ["A poster"], ["not shown", ":", ","], id="neither author nor year"),
        pytest.param("POL1", ["never says who can have treatment"], ["from afar"], id="a policy"),
        pytest.param("S1.12", ["web page", "Introduction"], ["S1", "never hurts"], id="a claim, which is not repeated"),
    ],
)
def test_the_title_tells_what_a_patient_may_see(register, name, shown, hidden):
    title = load_sources(register)[name].title
    assert all(part in title for part in shown), title
    assert not any(part in title for part in hidden), title


def test_an_id_that_stands_twice_is_a_fault_that_names_it_and_its_line(register):
    replace(register, "| CD |", "| AB20 |")
    (fault,) = faults_in(register)
    assert fault.startswith("sources.md")
    assert "'AB20'" in fault
    assert f"line {1 + REGISTER[: REGISTER.index('| CD |')].count(chr(10))}:" in fault


@pytest.mark.parametrize("standing", ["true", "Supported", ""])
def test_an_unknown_standing_is_a_fault_that_names_it_and_the_known_ones(register, standing):
    replace(register, "| supported |", f"| {standing} |")
    (fault,) = faults_in(register)
    assert fault.startswith("sources.md")
    assert f"'{standing}'" in fault
    assert all(known in fault for known in STANDINGS)


def test_all_faults_are_told_at_once(register):
    replace(register, "| supported |", "| true |")
    replace(register, "| CD |", "| AB20 |")
    assert len(faults_in(register)) == 2


def test_a_missing_register_is_a_fault_that_tells_where_it_was_expected(tmp_path):
    (fault,) = faults_in(tmp_path / "sources.md")
    assert str(tmp_path / "sources.md") in fault


def test_a_register_without_rows_is_a_fault(register):
    register.write_text("# Sources\n\nNothing yet.\n", encoding="utf-8")
    (fault,) = faults_in(register)
    assert fault.startswith("sources.md")


def test_the_real_register_has_claims_of_every_standing_evidence_policies_and_the_profile(sources):
    assert {source.standing for source in sources.values()} == {*STANDINGS, None}
    assert {"S7.1", "BO20", "POL1", "POL8", "CLINIC"} <= set(sources)


def test_every_real_source_has_a_title_in_one_line(sources):
    assert [source.id for source in sources.values() if not source.title.strip(" :,") or "|" in source.title] == []
