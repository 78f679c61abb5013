"""The tools that scripts/deploy-tools installs, and the files of deploy/ that they read."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.paths import ROOT

DEPLOY = ROOT / "deploy"
BIN = ROOT / "build" / "deploy-tools" / "bin"


def tool(name: str) -> str:
    """The path of a tool; where it could not be installed the test is left out."""
    if not (BIN / name).exists():
        pytest.skip(f"there is no {name}; scripts/deploy-tools installs it or says why it cannot")
    return str(BIN / name)


def run(name: str, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end."""
    return subprocess.run([tool(name), *map(str, arguments)], capture_output=True, text=True, **options)


def read_all(path: Path) -> list[Any]:
    """The documents of a YAML file. Not with ruamel: Rasa teaches it to fill in ${NAME} wherever it stands."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def compose() -> dict[str, Any]:
    """The compose file."""
    (content,) = read_all(DEPLOY / "compose.yml")
    return content
