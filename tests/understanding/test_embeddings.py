"""The embeddings of examples kept on disk."""

from __future__ import annotations

import json

import numpy as np
import pytest

from assistant import paths
from assistant.understanding import embeddings
from assistant.understanding.embeddings import of_examples

TEXTS = ["does it hurt", "what does it cost", "how do I book"]


class Counting:
    """The real encoder, which tells what it was asked."""

    def __init__(self, encoder):
        self._encoder = encoder
        self.asked = []

    def encode(self, texts):
        self.asked.append(list(texts))
        return self._encoder.encode(texts)


@pytest.fixture
def counting(encoder, monkeypatch):
    counting = Counting(encoder)
    monkeypatch.setattr(embeddings, "load_encoder", lambda: counting)
    return counting


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "models" / "embeddings.npz"


def change(path, **arrays):
    """Write the file again with some arrays changed, or left out where they are None."""
    with np.load(path) as content:
        arrays = {**content, **arrays}
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


def test_every_example_has_its_embedding_in_order(counting, kept, encoder):
    rows = of_examples(TEXTS, kept)
    assert (rows.shape, rows.dtype) == ((3, 384), np.float32)
    assert rows == pytest.approx(encoder.encode(TEXTS), abs=1e-3)
    assert np.array_equal(of_examples(TEXTS[::-1], kept), rows[::-1])


def test_it_makes_no_difference_whether_one_was_kept(counting, kept):
    new = of_examples(TEXTS, kept)
    kept_all = of_examples(TEXTS, kept)
    kept_some = of_examples(["is it safe", *TEXTS], kept)
    assert np.array_equal(new, kept_all)
    assert np.array_equal(new, kept_some[1:])
    # As coarse as they are kept
    assert np.array_equal(new, new.astype(np.float16))


def test_what_is_kept_is_not_embedded_again(counting, kept):
    of_examples(TEXTS, kept)
    of_examples(TEXTS, kept)
    of_examples(TEXTS[1:], kept)
    assert counting.asked == [TEXTS]


def test_only_a_new_example_is_embedded(counting, kept):
    of_examples(TEXTS[:2], kept)
    of_examples(["is it safe", *TEXTS], kept)
    of_examples(["is it safe", *TEXTS], kept)
    assert counting.asked == [TEXTS[:2], ["is it safe", TEXTS[2]]]


def test_an_example_that_stands_twice_is_embedded_once(counting, kept):
    rows = of_examples([*TEXTS, *TEXTS], kept)
    assert counting.asked == [TEXTS]
    assert np.array_equal(rows[:3], rows[3:])


def test_the_name_of_the_treatment_is_taken_out(counting, kept):
    rows = of_examples(["does dry needling hurt", "does it hurt"], kept)
    assert counting.asked == [["does it hurt"]]
    assert np.array_equal(rows[0], rows[1])


def test_what_is_no_example_any_more_is_forgotten(counting, kept):
    of_examples(TEXTS, kept)
    of_examples([TEXTS[0], "is it safe"], kept)
    of_examples(TEXTS[:2], kept)
    assert counting.asked == [TEXTS, ["is it safe"], [TEXTS[1]]]


def test_fewer_examples_alone_forget_nothing(counting, kept):
    """The topics are trained on fewer examples than the warning signs, of the same file."""
    of_examples(TEXTS, kept)
    of_examples(TEXTS[:1], kept)
    of_examples(TEXTS, kept)
    assert counting.asked == [TEXTS]


def altered(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_text("hello", encoding="utf-8"), id="a text"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-100]), id="cut short at the end"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:50]), id="cut short at the beginning"),
        pytest.param(altered, id="a byte altered"),
        pytest.param(lambda path: np.savez(path, something=np.zeros(3)), id="another archive"),
        pytest.param(lambda path: change(path, rows=None), id="without rows"),
        pytest.param(lambda path: change(path, encoder=None), id="without an encoder"),
        pytest.param(lambda path: change(path, rows=np.array([{}] * 3, dtype=object)), id="with what could be turned into code"),
        pytest.param(lambda path: change(path, encoder="another"), id="of another encoder"),
    ],
)
def test_a_file_that_is_damaged_or_foreign_is_made_anew(counting, kept, damage):
    rows = of_examples(TEXTS, kept)
    damage(kept)
    assert np.array_equal(of_examples(TEXTS, kept), rows)
    of_examples(TEXTS, kept)
    assert counting.asked == [TEXTS, TEXTS]


def test_another_tuning_of_the_encoder_makes_all_anew(counting, kept, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "TUNING", tmp_path / "encoder.npz")
    for number, tuning in enumerate([None, b"a tuning", b"another tuning"], start=1):
        if tuning:
            paths.TUNING.write_bytes(tuning)
        of_examples(TEXTS, kept)
        of_examples(TEXTS, kept)
        assert counting.asked == [TEXTS] * number


def test_no_text_is_kept(counting, kept):
    of_examples(["does zebedee hurt"], kept)
    assert b"zebedee" not in kept.read_bytes()
    with np.load(kept, allow_pickle=False) as content:
        assert "zebedee" not in json.dumps({name: content[name].tolist() for name in content}, default=repr)
