"""The embeddings of the examples, kept on disk: a changed example is embedded when training is repeated, and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant import paths
from assistant.understanding.encoder import load_encoder, made_from
from assistant.understanding.text import without_treatment

KEPT = paths.MODELS / "embeddings.npz"
KEY = 16  # bytes of a text's hash


def of_examples(texts: Sequence[str], kept: Path = KEPT) -> np.ndarray:
    """The embedding of each example without the treatment's name, float32 of shape (len(texts), 384).

    They are rounded to float16, as they are kept, so that it makes no difference whether one was kept. A file that cannot be read, or is
    of another encoder, is made anew.
    """
    named = [without_treatment(text) for text in texts]
    keys = [hashlib.sha256(text.encode()).digest()[:KEY] for text in named]
    known = _read(kept)
    missing = {key: text for key, text in zip(keys, named) if key not in known}
    if missing:
        known |= zip(missing, load_encoder().encode(list(missing.values())).astype(np.float16))
        kept.parent.mkdir(parents=True, exist_ok=True)
        used = {key: known[key] for key in dict.fromkeys(keys)}
        np.savez(kept, encoder=_encoder(), keys=np.frombuffer(b"".join(used), dtype=f"V{KEY}"), rows=np.stack(list(used.values())))
    return np.stack([known[key] for key in keys]).astype(np.float32)


def _read(kept: Path) -> dict[bytes, np.ndarray]:
    try:
        with np.load(kept, allow_pickle=False) as content:
            return dict(zip((key.tobytes() for key in content["keys"]), content["rows"])) if str(content["encoder"]) == _encoder() else {}
    except (OSError, ValueError, KeyError, AttributeError, TypeError, BadZipFile):
        return {}


def _encoder() -> str:
    return made_from(paths.TUNING if paths.TUNING.is_file() else None)
