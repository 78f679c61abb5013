"""What must hold of the whole project: no registry, no machine's path, plain code free of Rasa, every component in its place."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from assistant.paths import ROOT

TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
BINARY = (".npz", ".png")
TEXTS = {path: (ROOT / path).read_text(encoding="utf-8") for path in TRACKED if (ROOT / path).is_file() and not path.endswith(BINARY)}


def test_requirements_are_locked_by_hash_and_name_no_registry():
    for name in ("runtime", "development", "deploy", "encoder", "peer", "schemathesis", "soak"):
        text = TEXTS[f"requirements/{name}.txt"]
        packages = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE)
        assert packages
        assert text.count("--hash=sha256:") >= len(packages)
        assert not re.search(r"index-url|find-links|https?://", text)


def test_what_comes_from_npm_is_locked_by_hash_and_names_no_registry():
    locked = json.loads(TEXTS["requirements/typescript/package-lock.json"])["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in packages.values())


@pytest.mark.parametrize("path", [path for path in TEXTS if not path.startswith("tests/")])
def test_no_file_names_a_path_of_one_machine(path):
    assert not re.search(r"/(root|home|work)/\w", TEXTS[path])


@pytest.mark.parametrize("package", ["understanding", "safety", "content", "storage", "call_backs", "privacy"])
def test_what_decides_imports_no_rasa(package):
    faults = [
        path
        for path in TRACKED
        if path.startswith(f"assistant/{package}/") and re.search(r"^\s*(from|import) rasa\b", TEXTS[path], re.MULTILINE)
    ]
    assert any(path.startswith(f"assistant/{package}/") for path in TRACKED)
    assert not faults


def test_actions_import_neither_rasa_nor_tensorflow():
    modules = "actions.action_open_now, actions.validate_call_back_form, actions.action_end_call_back"
    code = f"import sys, {modules}; print([name for name in sys.modules if name.split('.')[0] in ('rasa', 'tensorflow')])"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_the_safety_and_answer_paths_need_no_action_server():
    rules = TEXTS["data/rules.yml"]
    for intent in ("emergency", "crisis", "safeguarding", "same_day", "faq"):
        steps = rules.split(f"- intent: {intent}\n", 1)[1].split("- rule:", 1)[0]
        assert "action: utter_" in steps
        assert "action: action_" not in steps


def test_rasa_reads_the_components_that_the_configuration_names():
    from rasa.shared.utils.common import class_from_module_path

    names = re.findall(r"assistant\.components\.[\w.]+", TEXTS["config.yml"] + TEXTS["endpoints.yml"])
    assert len(names) == 9
    for name in names:
        assert class_from_module_path(name)
