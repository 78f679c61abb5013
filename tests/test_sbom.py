"""The list of packages: whole, valid by its schema, and of accepted licences."""

from __future__ import annotations

import json

import pytest

from tests.audit import locked
from tests.sbom import PYTHON, fault_in, sbom, unaccepted


@pytest.fixture(scope="module")
def described():
    return sbom()


def test_every_locked_package_stands_in_it_with_version_address_and_hashes(described):
    assert {(package["name"], package["version"]) for package in described["components"]} == {(n.lower(), v) for n, v in locked().items()}
    for package in described["components"]:
        assert package["purl"] == f"pkg:pypi/{package['name']}@{package['version']}"
        assert package["hashes"] and all(len(digest["content"]) == 64 for digest in package["hashes"])


def test_it_is_the_same_each_time(described):
    assert sbom() == described


def test_every_licence_is_an_accepted_one_and_nearly_every_package_names_it(described):
    assert unaccepted(described) == []
    assert sum("licenses" not in package for package in described["components"]) <= 5


def test_a_licence_that_nobody_accepted_is_named():
    package = {"name": "copyleft", "licenses": [{"license": {"name": "AGPL-3.0-only"}}]}
    assert unaccepted({"components": [package]}) == ["copyleft: its licence, 'AGPL-3.0-only', is not in licences.txt."]


@pytest.mark.skipif(not PYTHON.is_file(), reason="`make audit` makes the environment with the schema")
def test_it_is_valid_by_the_official_schema_and_a_wrong_one_is_not(described, tmp_path):
    file = tmp_path / "sbom.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    assert fault_in(file) == ""
    file.write_text(json.dumps({**described, "components": [{"name": "no type"}]}), encoding="utf-8")
    assert fault_in(file)
