"""Sentence embeddings with the real model."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from assistant import paths
from assistant.understanding.encoder import BATCH, DIMENSION, FILES, MAX_TOKENS, EncoderError, SentenceEncoder, verify

NUMBERED = [f"appointment number {number}" + " please" * (number % 7) for number in range(2 * BATCH + 3)]


@pytest.fixture(scope="module")
def forgetful():
    """An encoder that keeps one embedding."""
    return SentenceEncoder(paths.ENCODER, cache_size=1)


@pytest.fixture
def copied(tmp_path):
    """The encoder's folder, its tokenizer a copy that may be altered."""
    (tmp_path / "model.onnx").symlink_to(paths.ENCODER / "model.onnx")
    shutil.copy(paths.ENCODER / "tokenizer.json", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["does it hurt"], id="one text"),
        pytest.param(["does it hurt", "what does it cost", "\U0001f494", "", "1234"], id="texts of every kind"),
        pytest.param(NUMBERED, id="several batches"),
    ],
)
def test_every_text_becomes_a_row_of_length_one(encoder, texts):
    rows = encoder.encode(texts)
    assert rows.shape == (len(texts), DIMENSION) == (len(texts), 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_text_becomes_no_row(encoder):
    rows = encoder.encode([])
    assert rows.shape == (0, DIMENSION)
    assert rows.dtype == np.float32


def test_the_order_of_the_texts_is_kept(encoder, forgetful):
    together = encoder.encode(NUMBERED)
    alone = np.vstack([forgetful.encode([text]) for text in NUMBERED])
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(len(NUMBERED)))


def test_a_row_depends_on_its_own_text_only(forgetful):
    alone = forgetful.encode(["does it hurt"])[0]
    forgetful.encode(["something else"])
    beside = forgetful.encode(["does it hurt", "does the needle hurt in the neck " * 20])[0]
    assert alone @ beside > 0.98


def test_a_text_given_twice_has_the_same_row_twice(encoder):
    rows = encoder.encode(["is it safe for me", "where are you", "is it safe for me"])
    assert np.array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])


def test_a_text_met_before_is_not_embedded_again(encoder, monkeypatch):
    first = encoder.encode(["do I need a referral", "do you open on Sunday"])
    monkeypatch.setattr(encoder, "_embed", lambda _: pytest.fail("embedded again"))
    assert np.array_equal(encoder.encode(["do you open on Sunday", "do I need a referral"]), first[::-1])


def test_the_text_met_longest_ago_is_forgotten_first(monkeypatch):
    encoder = SentenceEncoder(paths.ENCODER, cache_size=2)
    embedded = []
    embed = encoder._embed
    monkeypatch.setattr(encoder, "_embed", lambda texts: embedded.extend(texts) or embed(texts))
    for text in ["one", "two", "one", "three", "one", "two"]:
        encoder.encode([text])
    assert embedded == ["one", "two", "three", "two"]


def test_what_stands_after_the_longest_length_is_not_read(forgetful):
    long = "needle " * MAX_TOKENS
    rows = forgetful.encode([long + "in my neck", long + "price", "price"])
    assert np.array_equal(rows[0], rows[1])
    assert not np.allclose(rows[1], rows[2], atol=0.1)


@pytest.mark.parametrize(
    ("text", "similar", "other"),
    [
        ("how much does it cost", "what is the price", "does it hurt"),
        ("will it be painful", "does it hurt", "where is your clinic"),
        ("can I go running afterwards", "is exercise fine after a session", "who invented this"),
        ("my heel is sore", "plantar fasciitis", "what are the needles made of"),
    ],
)
def test_similar_sentences_are_closer_than_others(encoder, text, similar, other):
    rows = encoder.encode([text, similar, other])
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


def test_the_pinned_files_are_accepted(copied):
    verify(copied)


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("use", [verify, SentenceEncoder], ids=["at set-up", "at start"])
def test_a_missing_file_is_named_with_what_to_do(copied, name, use):
    (copied / name).unlink()
    with pytest.raises(EncoderError) as raised:
        use(copied)
    assert f"{copied / name} is missing" in str(raised.value)
    assert "make setup" in str(raised.value)


@pytest.mark.parametrize("use", [verify, SentenceEncoder], ids=["at set-up", "at start"])
def test_an_altered_file_is_named_with_what_to_do(copied, use):
    with (copied / "tokenizer.json").open("a") as tokenizer:
        tokenizer.write(" ")
    with pytest.raises(EncoderError) as raised:
        use(copied)
    assert f"{copied / 'tokenizer.json'} has sha256" in str(raised.value)
    assert FILES["tokenizer.json"] in str(raised.value)
    assert "delete it and run `make setup`" in str(raised.value)
