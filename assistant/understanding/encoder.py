"""Sentence embeddings from all-MiniLM-L6-v2 (int8 ONNX), its last layers tuned on our examples, with a small cache."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant import paths

DIMENSION = 384
Encode = Callable[[Sequence[str]], np.ndarray]  # texts to embeddings, shape (len(texts), DIMENSION)
# The files of the pinned packages in requirements/encoder.txt; `scripts/setup` puts them here.
FILES = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
MAX_TOKENS = 256  # the length all-MiniLM-L6-v2 was trained for
BATCH = 32
LONG = 300  # characters from which a text is embedded alone: every shorter one beside it would be filled up to its length


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
    for name, expected in FILES.items():
        path = directory / name
        if not path.is_file():
            raise EncoderError(f"sentence encoder: {path} is missing; run `make setup` to fetch it.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != expected:
            raise EncoderError(f"sentence encoder: {path} has sha256 {found}, expected {expected}; delete it and run `make setup`.")


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


@cache
def load_encoder(directory: Path = paths.ENCODER, tuning: Path = paths.TUNING) -> SentenceEncoder:
    """The encoder of a directory, tuned where there is a tuning, loaded once for all who need it.

    Raises:
        EncoderError: if a file is missing or altered.
    """
    return SentenceEncoder(directory, tuning if tuning.is_file() else None)


class SentenceEncoder:
    """Embeds short texts: mean pooling over the tokens, then L2 normalisation, as sentence-transformers does for this model."""

    def __init__(self, directory: Path, tuning: Path | None = None, cache_size: int = 4096) -> None:
        """Load the model from `directory`, changed by `tuning`, and keep up to `cache_size` embeddings (1.5 kB each) in memory.

        Raises:
            EncoderError: if a file is missing or altered.
        """
        # Imported here, so that reading `FILES` at set-up needs neither library.
        import onnxruntime
        from tokenizers import Tokenizer

        verify(directory)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a single sentence gains nothing from a second thread; another conversation does
        options.enable_cpu_mem_arena = False
        model = (directory / "model.onnx").read_bytes()
        model = tuned(model, tuning) if tuning else model
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._cache_size = cache_size

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Embed `texts`; returns float32 of shape (len(texts), 384), each row of length 1."""
        new = [text for text in dict.fromkeys(texts) if text not in self._cache]
        # Sorted by length, so that a batch carries little padding.
        new.sort(key=len)
        short, long = [text for text in new if len(text) < LONG], [text for text in new if len(text) >= LONG]
        batches = [short[start : start + BATCH] for start in range(0, len(short), BATCH)] + [[text] for text in long]
        fresh = {text: row for batch, rows in zip(batches, self._embed_all(batches)) for text, row in zip(batch, rows)}
        rows = [fresh[text] if text in fresh else self._recall(text) for text in texts]
        for text, row in fresh.items():
            self._remember(text, row)
        return np.stack(rows) if rows else np.empty((0, DIMENSION), dtype=np.float32)

    def _embed_all(self, batches: list[list[str]]) -> Iterable[np.ndarray]:
        if len(batches) < 2:
            return map(self._embed, batches)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._embed, batches))

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        (hidden,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)

    def _recall(self, text: str) -> np.ndarray:
        self._cache.move_to_end(text)
        return self._cache[text]

    def _remember(self, text: str, row: np.ndarray) -> None:
        self._cache[text] = row
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
