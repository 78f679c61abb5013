"""What is wrong with a set-up ends the start in one clear sentence and a non-zero exit, not in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from assistant.paths import ROOT


def start(*arguments, **environment):
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PORT": "5998", **environment}, capture_output=True, text=True)


@pytest.fixture
def broken_profile(tmp_path):
    path = tmp_path / "clinic.yml"
    path.write_text("name: [unclosed\nphone: 1", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (["ready"], {"NEEDLING_CLINIC": "{broken}"}, "clinic.yml: line 2 cannot be read"),
        (["ready"], {"NEEDLING_CLINIC": "nowhere.yml"}, "nowhere.yml: the file is missing"),
        (["ready"], {"NEEDLING_ENCODER": "nowhere"}, "tokenizer.json is missing"),
        (["ready"], {"NEEDLING_MODELS": "nowhere"}, "no trained model"),
        (["ready"], {"PORT": "seven"}, "PORT is 'seven'"),
        (["ready"], {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'"),
        (["evaluate", "nowhere.jsonl"], {}, "nowhere.jsonl: No such file"),
        (["dance"], {}, "expected one of"),
    ],
)
def test_a_fault_is_one_sentence(arguments, environment, named, broken_profile):
    result = start(*arguments, **{key: value.replace("{broken}", broken_profile) for key, value in environment.items()})
    assert result.returncode != 0
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_wrong_python_is_told_in_one_sentence(tmp_path):
    """With a PATH that holds only what the script itself calls, no Python 3.10 is found."""
    for name in ("bash", "dirname", "mkdir", "printf", "env"):
        found = subprocess.run(["which", name], capture_output=True, text=True).stdout.strip()
        if found:
            (tmp_path / name).symlink_to(found)
    scripts = tmp_path / "project" / "scripts"
    scripts.mkdir(parents=True)
    for name in ("setup", "environment"):
        (scripts / name).write_text((ROOT / "scripts" / name).read_text())
    result = subprocess.run(["bash", str(scripts / "setup")], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.10 was not found") and result.stderr.count("\n") == 1
