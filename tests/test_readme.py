"""The README names what is there: every path, every command, and everything at the top level."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from assistant.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"`([^`\n]+)`", README)
PATHS = sorted({code for code in CODE if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", code) and ("/" in code or "." in code)})


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith("/") or not path.startswith("understanding")])
def test_every_path_the_readme_names_exists(path):
    assert any((ROOT / base / path).exists() for base in ("", "assistant")), f"README.md names {path}, which is not there"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([\w-]+)", README))))
def test_every_make_target_the_readme_names_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_everything_at_the_top_level_is_in_the_readme():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    top = {path.split("/")[0] for path in tracked} - {"README.md"}
    missing = [name for name in top if not name.startswith(".") and name not in README]
    assert len(top) > 10
    assert not missing


def test_the_reply_in_the_readme_has_the_fields_of_the_contract():
    from assistant.content.reply import Reply

    example = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL)[1])
    assert set(example) == set(Reply.__annotations__)
