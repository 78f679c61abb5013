"""Sentence embeddings with the real model."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import onnxruntime
import pytest

from assistant import paths
from assistant.understanding import compact
from assistant.understanding.encoder import (
    COMPACT,
    DIMENSION,
    FILES,
    INSTEAD,
    MANY,
    MAX_TOKENS,
    EncoderError,
    SentenceEncoder,
    compact_model,
    load_encoder,
    tuned,
    verify,
)

TUNING = paths.TUNING if paths.TUNING.is_file() else None
NUMBERED = [f"appointment number {number}" + " please" * (number % 7) for number in range(8 * MANY + 3)]


@pytest.fixture(scope="module")
def forgetful():
    """An encoder that keeps one embedding."""
    return SentenceEncoder(paths.ENCODER, TUNING, cache_size=1)


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
        pytest.param(NUMBERED, id="more than are embedded one after another"),
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


def test_a_row_depends_on_its_own_text_only(encoder, forgetful):
    together = encoder.encode(NUMBERED)
    alone = np.vstack([forgetful.encode([text]) for text in NUMBERED])
    assert np.array_equal(together, alone)


def test_several_conversations_may_embed_at_once(forgetful):
    alone = [forgetful._embed(text) for text in NUMBERED]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(forgetful._embed, NUMBERED))
    assert np.array_equal(at_once, alone)


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
    monkeypatch.setattr(encoder, "_embed", lambda text: embedded.append(text) or embed(text))
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


# --- ahead, in another thread ---


@pytest.fixture
def held(forgetful, monkeypatch):
    """Lets embeddings begun in other threads end; tells what was embedded."""
    embed, embedded, may_end = forgetful._embed, [], threading.Event()

    def slow(text):
        embedded.append(text)
        assert may_end.wait(10)
        return embed(text)

    forgetful.encode(["the one that it keeps"])
    monkeypatch.setattr(forgetful, "_embed", slow)
    yield may_end, embedded
    may_end.set()


def test_what_was_begun_is_waited_for_and_not_begun_again(forgetful, held):
    may_end, embedded = held
    embedding = forgetful.begin("does it hurt")
    assert forgetful.begin("does it hurt") is embedding
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(forgetful.encode, ["does it hurt", "does it hurt"])
        assert not embedding.done() and not waiting.done()
        may_end.set()
        assert np.array_equal(waiting.result(), [embedding.result()] * 2)
    assert embedded == ["does it hurt"]


def test_what_is_known_is_not_begun(forgetful, held):
    assert forgetful.begin("the one that it keeps") is None


def ended(encoder, embedding):
    """Wait for an embedding, and until the encoder has taken note of its end, which is a moment later."""
    wait([embedding])
    while encoder._begun:
        time.sleep(0.001)
    return embedding


def test_what_was_begun_is_kept(forgetful, held):
    may_end, embedded = held
    may_end.set()
    ended(forgetful, forgetful.begin("does it hurt"))
    forgetful.encode(["does it hurt"])
    assert embedded == ["does it hurt"]


def test_an_embedding_that_failed_is_told_to_who_waits_and_tried_anew(forgetful, monkeypatch):
    embed = forgetful._embed
    monkeypatch.setattr(forgetful, "_embed", lambda text: 1 / 0)
    failed = ended(forgetful, forgetful.begin("is it safe"))
    with pytest.raises(ZeroDivisionError):
        failed.result()
    monkeypatch.setattr(forgetful, "_embed", embed)
    assert forgetful.encode(["is it safe"]).shape == (1, DIMENSION)


# --- the tuning ---

MODEL = bytes(range(256))
PIECES = {3: b"abc", 250: b"xyz"}


def changed(model, pieces):
    whole = bytearray(model)
    for place, piece in pieces.items():
        whole[place : place + len(piece)] = piece
    return bytes(whole)


def tuning(path, model=MODEL, pieces=PIECES, without=None, **other):
    """The file of a change, as scripts/tune-encoder writes it, but for what is given otherwise."""
    fields = {
        "made_for": hashlib.sha256(model).hexdigest(),
        "gives": hashlib.sha256(changed(model, pieces)).hexdigest(),
        "places": np.array(list(pieces), dtype=np.int64),
        "lengths": np.array([len(piece) for piece in pieces.values()], dtype=np.int64),
        "content": np.frombuffer(b"".join(pieces.values()), dtype=np.uint8),
    } | other
    np.savez_compressed(path, **{name: value for name, value in fields.items() if name != without})
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "encoder.npz"


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(PIECES, id="two places"),
        pytest.param({0: b"a"}, id="the first byte"),
        pytest.param({255: b"a"}, id="the last byte"),
        pytest.param({0: bytes(256)}, id="every byte"),
        pytest.param({9: b"late", 2: b"early"}, id="in any order"),
    ],
)
def test_the_bytes_of_a_tuning_are_put_in_their_places(file, pieces):
    assert tuned(MODEL, tuning(file, pieces=pieces)) == changed(MODEL, pieces) != MODEL


def fault_of(file, model=MODEL):
    with pytest.raises(EncoderError) as raised:
        tuned(model, file)
    assert str(file) in str(raised.value)
    assert INSTEAD in str(raised.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_tuning_made_for_another_file_is_not_applied(file):
    assert "another model" in fault_of(tuning(file), MODEL + b"!")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"content": np.frombuffer(b"abcxyZ", dtype=np.uint8)}, id="another byte"),
        pytest.param({"content": np.frombuffer(b"abcxy", dtype=np.uint8)}, id="a byte too few"),
        pytest.param({"places": np.array([4, 250])}, id="another place"),
        pytest.param({"places": np.array([3])}, id="a place too few"),
        pytest.param({"places": np.array([3, 255])}, id="past the end"),
        pytest.param({"lengths": np.array([2, 4])}, id="other lengths"),
        pytest.param({"gives": "0" * 64}, id="another result"),
    ],
)
def test_a_damaged_tuning_is_not_applied(file, other):
    assert "damaged" in fault_of(tuning(file, **other))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\nsize 12345\n", id="a text"),
        pytest.param(b"PK\x03\x04 and no more", id="the beginning of an archive"),
    ],
)
def test_a_file_that_is_no_tuning_is_named(file, content):
    file.write_bytes(content)
    assert "cannot be read" in fault_of(file)


@pytest.mark.parametrize("name", ["made_for", "gives", "places", "lengths", "content"])
def test_a_tuning_that_lacks_something_is_named_with_what_it_lacks(file, name):
    assert name in fault_of(tuning(file, without=name))


def test_a_tuning_that_is_not_there_is_named(file):
    assert "No such file" in fault_of(file)


def test_a_tuning_cut_short_is_named(file):
    file.write_bytes(tuning(file).read_bytes()[:-40])
    assert "cannot be read" in fault_of(file)


def test_a_tuning_with_any_byte_wrong_is_read_as_before_or_named(file):
    whole = tuning(file).read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert tuned(MODEL, file) == changed(MODEL, PIECES)
        except EncoderError as error:
            assert str(file) in str(error)


def test_an_array_that_is_no_tuning_is_named(file):
    with file.open("wb") as array:
        np.save(array, np.arange(3))
    fault_of(file)


@pytest.fixture
def made(monkeypatch):
    """What compact models were made of; none is in truth, and none is started."""
    models = []
    monkeypatch.setattr(compact, "compact", lambda model: models.append(model) or b"compact " + hashlib.sha256(model).digest())
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda model, *args, **kwargs: model)
    return models


def test_the_encoder_is_tuned_where_there_is_a_tuning(copied, file, made):
    published = (copied / "model.onnx").read_bytes()
    load_encoder(copied, file)
    assert made == [published]
    load_encoder(copied, tuning(file.with_name("other.npz"), published))
    assert made[1] == changed(published, PIECES)
    SentenceEncoder(copied)
    assert made[2] == published


def test_the_encoder_is_loaded_once_for_all(copied, file, made):
    assert load_encoder(copied, file) is load_encoder(copied, file)
    assert len(made) == 1


def test_the_encoder_does_not_start_with_a_faulty_tuning(copied, file, made):
    with pytest.raises(EncoderError, match=r"encoder\.npz was made for another"):
        load_encoder(copied, tuning(file))
    assert not made


# --- the compact form ---


def test_the_compact_form_is_made_once_and_kept(copied, made):
    first = compact_model(copied, None)
    assert compact_model(copied, None) == first == (copied / COMPACT).read_bytes()
    assert len(made) == 1
    assert not list(copied.glob(".*"))


@pytest.mark.parametrize("name", [COMPACT, "compact.sha256"])
@pytest.mark.parametrize("content", [None, b"", b"\xff something else"], ids=["gone", "empty", "altered"])
def test_a_compact_form_that_is_not_what_was_kept_is_made_anew(copied, made, name, content):
    first = compact_model(copied, None)
    (copied / name).unlink()
    if content is not None:
        (copied / name).write_bytes(content)
    assert compact_model(copied, None) == first
    assert len(made) == 2


def test_a_compact_form_of_another_version_is_made_anew(copied, made, monkeypatch):
    compact_model(copied, None)
    monkeypatch.setattr(compact, "VERSION", compact.VERSION + 1)
    compact_model(copied, None)
    assert len(made) == 2


def test_where_nothing_can_be_kept_the_encoder_starts_all_the_same(copied, made, monkeypatch):
    monkeypatch.setattr("pathlib.Path.write_bytes", lambda *_: (_ for _ in ()).throw(OSError("read-only")))
    assert compact_model(copied, None).startswith(b"compact")


@pytest.fixture(scope="module")
def published():
    """Embeds a sentence by the published file as it is, in float32."""
    model = (paths.ENCODER / "model.onnx").read_bytes()
    session = onnxruntime.InferenceSession(tuned(model, TUNING) if TUNING else model, providers=["CPUExecutionProvider"])

    def embed(encoder, text):
        ids = np.array([encoder._tokenizer.encode(text).ids])
        (((hidden),),) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})
        mean = hidden.mean(axis=0)
        return mean / np.linalg.norm(mean)

    return embed


@pytest.mark.parametrize("text", ["hello", "does it hurt", "what does it cost", "my heel is sore, can you help me with that " * 6])
def test_the_compact_form_embeds_as_the_published_one_does_but_for_rounding(encoder, published, text):
    assert published(encoder, text) @ encoder.encode([text])[0] > 0.99


def test_a_file_that_is_another_network_is_not_made_compact():
    import onnx

    empty = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    with pytest.raises(KeyError, match="word_embeddings"):
        compact.compact(empty.SerializeToString())


@pytest.mark.skipif(TUNING is None, reason="there is no tuning")
def test_the_tuning_there_is_fits_the_model_there_is():
    published = (paths.ENCODER / "model.onnx").read_bytes()
    assert tuned(published, TUNING) != published
