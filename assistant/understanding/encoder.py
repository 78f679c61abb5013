"""Sentence embeddings from all-MiniLM-L6-v2 (int8 ONNX), its last layers tuned on our examples, with a small cache."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock
from zipfile import BadZipFile

import numpy as np

from assistant import paths
from assistant.understanding import compact

DIMENSION = 384
Encode = Callable[[Sequence[str]], np.ndarray]  # texts to embeddings, shape (len(texts), DIMENSION)
# The files of the pinned packages in requirements/encoder.txt; `scripts/setup` puts them here.
FILES = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
MAX_TOKENS = 256  # the length all-MiniLM-L6-v2 was trained for
# Of what is embedded ahead; one processor is left for everything else.
AHEAD = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "embedding")
MANY = 8  # texts from which they are embedded on every processor
COMPACT = "compact.onnx"  # what is made of the model, beside it

# What NumPy lets through when an archive is cut short, altered, or none at all.
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, NotImplementedError, BadZipFile, zlib.error)
INSTEAD = "restore it, or delete it to use the encoder as it was published"


class EncoderError(Exception):
    """The encoder's files are missing or not the pinned ones."""


def verify(directory: Path) -> None:
    """Check that the encoder's files are there and are the pinned ones.

    Raises:
        EncoderError: naming the file and what to do.
    """
    for name in FILES:
        _pinned(directory, name)


def _pinned(directory: Path, name: str) -> bytes:
    path = directory / name
    if not path.is_file():
        raise EncoderError(f"sentence encoder: {path} is missing; run `make setup` to fetch it.")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != FILES[name]:
        raise EncoderError(f"sentence encoder: {path} has sha256 {found}, expected {FILES[name]}; delete it and run `make setup`.")
    return content


def tuned(model: bytes, tuning: Path) -> bytes:
    """The model's file with the bytes that scripts/tune-encoder changed.

    Raises:
        EncoderError: if the change was made for another file or is damaged.
    """
    try:
        with np.load(tuning, allow_pickle=False) as change:
            made_for, gives, places = str(change["made_for"]), str(change["gives"]), change["places"]
            pieces = np.split(change["content"], np.cumsum(change["lengths"])[:-1])
    except UNREADABLE as error:
        raise EncoderError(f"sentence encoder: {tuning} cannot be read ({error}); {INSTEAD}.") from None
    if made_for != hashlib.sha256(model).hexdigest():
        raise EncoderError(f"sentence encoder: {tuning} was made for another model file; {INSTEAD}.")
    whole = bytearray(model)
    for place, piece in zip(places.tolist(), pieces):
        whole[place : place + len(piece)] = piece.tobytes()
    if gives != hashlib.sha256(whole).hexdigest():
        raise EncoderError(f"sentence encoder: {tuning} is damaged; {INSTEAD}.")
    return bytes(whole)


def made_from(tuning: Path | None) -> str:
    """What tells the encoder from any other: a sha256 of the pinned files, the tuning, and the form it is used in."""
    whole = hashlib.sha256(" ".join([*FILES.values(), str(compact.VERSION)]).encode())
    if tuning:
        whole.update(tuning.read_bytes())
    return whole.hexdigest()


def compact_model(directory: Path, tuning: Path | None) -> bytes:
    """The model in its compact form, as it was kept in `directory`, or made and kept now.

    Raises:
        EncoderError: if a file is missing or altered.
    """
    kept, seal = directory / COMPACT, (directory / COMPACT).with_suffix(".sha256")
    origin = made_from(tuning)
    if kept.is_file() and seal.is_file():
        model = kept.read_bytes()
        if seal.read_text(errors="replace") == _seal(origin, model):
            return model
    published = _pinned(directory, "model.onnx")
    model = compact.compact(tuned(published, tuning) if tuning else published)
    with suppress(OSError):  # a folder that is only read is slower to start from, not wrong
        for path, content in ((kept, model), (seal, _seal(origin, model).encode())):
            new = path.with_name(f".{path.name}.{os.getpid()}")
            new.write_bytes(content)
            new.replace(path)
    return model


def _seal(origin: str, model: bytes) -> str:
    return f"{origin} {hashlib.sha256(model).hexdigest()}"


@cache
def load_encoder(directory: Path = paths.ENCODER, tuning: Path = paths.TUNING) -> SentenceEncoder:
    """The encoder of a directory, tuned where there is a tuning, loaded once for all who need it.

    Raises:
        EncoderError: if a file is missing or altered.
    """
    return SentenceEncoder(directory, tuning if tuning.is_file() else None)


class SentenceEncoder:
    """Embeds short texts, one at a time: the mean over the tokens, of length 1, as sentence-transformers has it for this model."""

    def __init__(self, directory: Path, tuning: Path | None = None, cache_size: int = 4096) -> None:
        """Load the model from `directory`, changed by `tuning`, and keep up to `cache_size` embeddings (1.5 kB each) in memory.

        Raises:
            EncoderError: if a file is missing or altered.
        """
        # Imported here, so that reading `FILES` at set-up needs neither library.
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a single sentence gains little from a second thread; another conversation does
        options.enable_cpu_mem_arena = False
        self._tokenizer = Tokenizer.from_str(_pinned(directory, "tokenizer.json").decode())
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()  # the file would have every sentence filled up to 128 tokens
        self._session = onnxruntime.InferenceSession(compact_model(directory, tuning), options, providers=["CPUExecutionProvider"])
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._cache_size = cache_size
        self._begun: dict[str, Future[np.ndarray]] = {}
        self._caching = Lock()  # texts are embedded in other threads too

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Embed `texts`; returns float32 of shape (len(texts), 384), each row of length 1."""
        with self._caching:
            rows = {text: row for text in texts if (row := self._recall(text)) is not None}
            begun = {text: self._begun[text] for text in texts if text in self._begun}
        rows |= {text: embedding.result() for text, embedding in begun.items()}
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        fresh = dict(zip(new, self._embed_all(new)))
        with self._caching:
            for text, row in fresh.items():
                self._remember(text, row)
        rows |= fresh
        return np.stack([rows[text] for text in texts]) if rows else np.empty((0, DIMENSION), dtype=np.float32)

    def begin(self, text: str) -> Future[np.ndarray] | None:
        """Embed a text in another thread, where its embedding is not kept; `encode` waits for one that was begun."""
        with self._caching:
            if text in self._cache or text in self._begun:
                return self._begun.get(text)
            embedding = self._begun[text] = AHEAD.submit(self._embed, text)
        embedding.add_done_callback(partial(self._end, text))
        return embedding

    def _end(self, text: str, embedding: Future[np.ndarray]) -> None:
        with self._caching:
            del self._begun[text]
            if embedding.exception() is None:
                self._remember(text, embedding.result())

    def _embed_all(self, texts: list[str]) -> list[np.ndarray]:
        if len(texts) < MANY:
            return list(map(self._embed, texts))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._embed, texts))

    def _embed(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        ((row,),) = self._session.run(None, {"input_ids": ids, "position_ids": np.arange(ids.shape[1])})
        return np.asarray(row)

    def _recall(self, text: str) -> np.ndarray | None:
        row = self._cache.get(text)
        if row is not None:
            self._cache.move_to_end(text)
        return row

    def _remember(self, text: str, row: np.ndarray) -> None:
        self._cache[text] = row
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
