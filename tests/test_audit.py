"""Known faults of packages: what nobody accepted is told, and no answer of a database is never taken for a good one."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.content.faults import ContentError
from tests.audit import ACCEPTED, Finding, accepted_in, findings_in, locked, overdue, unexplained

WANTED = {"sanic": "21.12.2", "Ruamel.YAML": "0.17.21"}
TODAY = date(2026, 11, 29)
ENTRY = {"id": "CVE-1", "package": "sanic==21.12.2", "about": "It is old.", "shield": "A proxy.", "until": date(2027, 1, 1)}
FAULT = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["22.1"]}
FINDING = Finding("sanic==21.12.2", frozenset(["PYSEC-1", "CVE-1"]), "22.1")


def report(*packages):
    return {"dependencies": list(packages)}


def sanic(**more):
    return {"name": "sanic", "version": "21.12.2", "vulns": [], **more}


YAML_PACKAGE = {"name": "ruamel-yaml", "version": "0.17.21", "vulns": []}
SKIPPED = {"name": "sanic", "skip_reason": "not found and could not be audited"}


def test_what_a_database_knows_of_every_package_is_read():
    assert findings_in(report(sanic(vulns=[FAULT]), YAML_PACKAGE), WANTED) == [FINDING]
    assert findings_in(report(sanic(), YAML_PACKAGE), WANTED) == []


@pytest.mark.parametrize(
    "packages",
    [
        pytest.param([], id="nothing"),
        pytest.param([SKIPPED, YAML_PACKAGE], id="one package skipped"),
        pytest.param([SKIPPED, {"name": "ruamel-yaml", "skip_reason": "not found"}], id="all skipped, which pip-audit ends well with"),
        pytest.param([YAML_PACKAGE], id="one package missing"),
        pytest.param([sanic(version="23.0"), YAML_PACKAGE], id="another version"),
    ],
)
def test_a_database_that_was_not_asked_about_every_package_has_said_nothing(packages):
    assert findings_in(report(*packages), WANTED) is None


def test_a_fault_is_accepted_under_any_of_its_names_and_for_its_package_and_version_only():
    assert unexplained([FINDING], [ENTRY]) == []
    assert unexplained([FINDING], [{**ENTRY, "id": "PYSEC-1"}]) == []
    assert "PYSEC-1" in unexplained([FINDING._replace(ids=frozenset(["PYSEC-1"]))], [])[0]
    assert len(unexplained([FINDING], [{**ENTRY, "package": "sanic==22.0"}])) == 2


def test_an_accepted_fault_that_is_no_longer_found_is_told():
    assert unexplained([], [ENTRY]) == ["CVE-1 of sanic==21.12.2 is accepted and no longer found; take it out."]


def test_an_accepted_fault_ends_on_its_day_and_with_its_package():
    assert overdue([ENTRY], WANTED, TODAY) == []
    assert "until 2027-01-01" in overdue([ENTRY], WANTED, date(2027, 1, 2))[0]
    assert "not locked" in overdue([{**ENTRY, "package": "sanic==20.0"}], WANTED, TODAY)[0]


@pytest.mark.parametrize("lacking", ENTRY)
def test_an_entry_without_its_reason_or_end_is_refused(tmp_path, lacking):
    file = tmp_path / "accepted.yml"
    lines = "".join(f"  {key}: {value}\n" for key, value in ENTRY.items() if key != lacking)
    file.write_text(f"accepted:\n-\n{lines}", encoding="utf-8")
    with pytest.raises(ContentError, match="not whole"):
        accepted_in(file)


def test_every_accepted_fault_is_of_a_locked_package():
    wanted = locked()
    assert len(wanted) > 50 and wanted["sanic"] == "21.12.2"
    assert overdue(accepted_in(ACCEPTED), wanted, date.min) == []
