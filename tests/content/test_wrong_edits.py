"""Every wrong edit that docs/editing-answers.md shows says what the page says it does."""

from __future__ import annotations

import re

import pytest

from assistant.content.faults import ContentError
from assistant.paths import ROOT
from assistant.understanding.conditions import load_lexicon

PAGE = (ROOT / "docs" / "editing-answers.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip().strip("`").replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE[PAGE.index("## What a wrong edit says") :].splitlines()
    if line.startswith("| `")
]


def test_there_is_one_of_each_file():
    assert {name for name, *_ in ROWS} >= {
        "clinic.yml",
        "data/faq/session.yml",
        "data/safety.yml",
        "data/conditions.yml",
        "docs/sources.md",
    }


@pytest.mark.parametrize(("name", "right", "wrong", "says"), ROWS, ids=[row[2] for row in ROWS])
def test_a_wrong_edit_says_what_the_page_says(project, name, right, wrong, says):
    path = project.sources if name == "docs/sources.md" else project.clinic.parent / name
    project.change(path, re.escape(right), wrong)
    with pytest.raises(ContentError) as error:
        project.load()
        load_lexicon(project.data / "conditions.yml")
    assert says in str(error.value)
