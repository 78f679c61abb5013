"""Names the pairs of topics whose examples lie among each other: where better examples, or clearer topics, are needed.

Each example is judged by its ten nearest others (cosine of the embeddings, leave-one-out): where most of them belong to another label,
the example counts for that pair. Prints the pairs with the most, each with a few of the examples, so that a wrong label can be found too.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict

import numpy as np

from assistant.examples import examples
from assistant.understanding.encoder import load_encoder

NEAREST = 10
BLOCK = 1000  # examples compared with all others at once
SHOWN = 4


def nearest_labels(embeddings: np.ndarray, labels: list[str], nearest: int = NEAREST) -> list[str]:
    """For each example the label that most of its nearest others have; ties go to the nearer.

    Args:
        embeddings: shape (len(labels), dimension), each of length 1.
    """
    found = []
    for start in range(0, len(labels), BLOCK):
        similarity = embeddings[start : start + BLOCK] @ embeddings.T
        similarity[np.arange(len(similarity)), np.arange(start, start + len(similarity))] = -1
        close = np.argpartition(-similarity, min(nearest, len(labels) - 1) - 1, axis=1)[:, :nearest]
        for row, numbers in zip(similarity, close):
            ordered = [labels[number] for number in numbers[np.argsort(-row[numbers])]]
            found.append(Counter(ordered).most_common(1)[0][0])
    return found


def confusions(texts: list[str], labels: list[str], nearest: list[str]) -> list[tuple[str, str, list[str]]]:
    """Label, the label its examples lie among, and those examples; the most first."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text, own, other in zip(texts, labels, nearest):
        if own != other:
            pairs[own, other].append(text)
    return [(own, other, found) for (own, other), found in sorted(pairs.items(), key=lambda pair: -len(pair[1]))]


def main() -> None:
    """Command line of `scripts/confusions`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20, help="how many pairs to print (20)")
    wanted = parser.parse_args()
    texts, labels = map(list, zip(*examples()))
    count = Counter(labels)
    nearest = nearest_labels(load_encoder().encode(texts), labels)
    right = sum(own == other for own, other in zip(labels, nearest))
    print(f"{len(texts)} examples of {len(count)} labels; {right / len(texts):.1%} lie among their own.\n")
    for own, other, found in confusions(texts, labels, nearest)[: wanted.pairs]:
        print(f"{own} among {other}: {len(found)} of {count[own]}")
        for text in found[:SHOWN]:
            print(f"    {text}")
