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


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("data/faq/session.yml", "Most people feel", "Many people feel", id="of an answer"),
        pytest.param("data/safety.yml", "This could be an emergency.", "This may be an emergency.", id="of a safety text"),
        pytest.param("data/safety.yml", "\nif_now:\n  emergency: If", "\nif_now:\n  emergency: Now if", id="of a warning"),
        pytest.param("data/safety.yml", "\n  signs:\n", "\n  signs:\n  - a new phrase\n", id="of a rule"),
    ],
)
def test_a_new_wording_asks_for_no_training(copy, name, old, new):
    before = train.digest()
    change(copy / name, old, new)
    assert train.digest() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/nlu/session.yml", "examples: |\n", "examples: |\n    - a brand new way of asking\n"),
        ("data/rules.yml", "action: utter_smalltalk", "action: utter_out_of_scope"),
        (
            "data/nlu/red_flags.yml",
            "intent: near_miss\n  examples: |\n",
            "intent: near_miss\n  examples: |\n    - it takes my breath away\n",
        ),
        ("data/safety.yml", "\n  examples:\n", "\n  examples:\n  - one more that must raise it\n"),
        ("data/safety.yml", "\n  near_misses:\n", "\n  near_misses:\n  - one more that must not\n"),
        ("data/safety.yml", "tier: emergency", "tier: same_day"),
        ("config.yml", "floor: 0.35", "floor: 0.36"),
        ("assistant/understanding/topics.py", "PASSES = ", "PASSES = 1 + "),
        ("assistant/understanding/linear.py", "min_df=3", "min_df=4"),
        ("assistant/understanding/text.py", "COMMON = ", "COMMON = 1 + "),
        ("assistant/safety/alarms.py", "EMBEDDING_WEIGHT = ", "EMBEDDING_WEIGHT = 1 + "),
        ("assistant/components/red_flags.py", "HELD_TO_COUNT = ", "HELD_TO_COUNT = 1 + "),
    ],
)
def test_what_the_model_learns_from_asks_for_training(copy, name, old, new):
    before = train.digest()
    change(copy / name, old, new)
    assert train.digest() != before


def test_a_model_that_is_not_there_is_not_current(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "MODEL", tmp_path / "none.tar.gz")
    assert not train.is_current()
