"""What makes the model out of date, and what does not."""

from __future__ import annotations

import shutil

import pytest

from assistant import paths, train


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of what training reads."""
    for name in ("domain.yml", "config.yml"):
        shutil.copy(paths.ROOT / name, tmp_path)
    for name in ("data", "assistant"):
        shutil.copytree(paths.ROOT / name, tmp_path / name)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    return tmp_path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_new_wording_asks_for_no_training(copy):
    before = train.digest()
    change(copy / "data/faq/session.yml", "Most people feel", "Many people feel")
    assert train.digest() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/nlu/session.yml", "examples: |\n", "examples: |\n    - a brand new way of asking\n"),
        ("data/rules.yml", "action: utter_smalltalk", "action: utter_out_of_scope"),
        ("config.yml", "floor: 0.28", "floor: 0.29"),
        ("assistant/understanding/topics.py", "DIRECTIONS = ", "DIRECTIONS = 1 + "),
    ],
)
def test_what_the_model_learns_from_asks_for_training(copy, name, old, new):
    before = train.digest()
    change(copy / name, old, new)
    assert train.digest() != before


def test_a_model_that_is_not_there_is_not_current(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "MODEL", tmp_path / "none.tar.gz")
    assert not train.is_current()
