"""What the tests share: the real content files and the sentence encoder, read once."""

from __future__ import annotations

from collections import defaultdict

import pytest
from ruamel.yaml import YAML

from assistant import paths
from assistant.content.renderer import Content
from assistant.content.sources import load_sources
from assistant.understanding.encoder import load_encoder


@pytest.fixture(scope="session")
def content():
    # Not paths.CLINIC, which an environment variable may point elsewhere
    return Content.load(paths.ROOT / "clinic.yml", paths.DATA, paths.SOURCES)


@pytest.fixture(scope="session")
def sources():
    return load_sources(paths.SOURCES)


@pytest.fixture(scope="session")
def encoder():
    return load_encoder()


@pytest.fixture(scope="session")
def examples():
    """Full intent, such as `faq/price`, to every example of it in all data files that means something alone."""
    found = defaultdict(list)
    for path in sorted(paths.DATA.rglob("*.yml")):
        for block in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("nlu") or []:
            if not isinstance(block["examples"], str):
                continue  # follow-ups, which need the topic before them
            lines = (line.strip() for line in block["examples"].splitlines())
            found[block["intent"]] += [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    return dict(found)
