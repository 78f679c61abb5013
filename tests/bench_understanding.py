"""Measures the understanding engine beside its peers on any labelled set, without tuning for any.

    make bench-understanding SETS="FILE.json ..." [PEERS="nlpjs rasa"]

A set is {"train": [{"text", "label"}, ...], "test": [...]}; the label "oos", in "test" only, marks what none of the labels answers. Ours
is what the assistant uses: the topic model with its background class, on the sentence encoder as published, because the tuned one has
seen our topics. The peers are trained in the same run. Prints a table with 95 % intervals (bootstrap over the test messages) and writes
build/bench-understanding.json and docs/bench-understanding.svg. nlp.js is installed into build/ from the npm registry; Rasa's default
pipeline takes minutes a set.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.understanding.encoder import SentenceEncoder
from assistant.understanding.text import clean
from assistant.understanding.topics import OUTSIDE, TopicModel
from tests.bench import PEER_PYTHON

BUILD = paths.ROOT / "build"
PICTURE = paths.ROOT / "docs" / "bench-understanding.svg"
OUTSIDE_LABEL = "oos"
REJECTED = (0.05, 0.10, 0.20)  # shares of the in-scope messages
RESAMPLES = 1000
NLPJS = "@nlpjs/basic@4.27.0"


class Set(NamedTuple):
    """A labelled set."""

    name: str
    path: Path
    texts: list[str]
    labels: list[str]
    asked: list[str]
    answers: np.ndarray


class Result(NamedTuple):
    """What an engine said of the test messages: labels, how far outside each is (higher is further), milliseconds a message."""

    labels: np.ndarray
    outside: np.ndarray
    milliseconds: float


Engine = Callable[[Set], Result]


def read_set(path: Path) -> Set:
    """A set from its file.

    Raises:
        SystemExit: naming the file and what was expected.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        train, test = content["train"], content["test"]
        return Set(
            path.stem,
            path,
            [clean(item["text"]) for item in train],
            [item["label"] for item in train],
            [clean(item["text"]) for item in test],
            np.array([item["label"] for item in test]),
        )
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}.")
    except (ValueError, KeyError, TypeError) as error:
        sys.exit(f'{path}: expected {{"train": [{{"text", "label"}}], "test": [...]}}; {error!r}.')


def timed(predict: Callable[[str], object], texts: Sequence[str]) -> float:
    """Milliseconds a message, one at a time: the median over up to 200."""
    taken = []
    for text in texts[:200]:
        began = time.perf_counter()
        predict(text)
        taken.append((time.perf_counter() - began) * 1000)
    return float(np.median(taken))


def ours(data: Set) -> Result:
    """The assistant's engine, with the assistant's out-of-scope examples as its background class."""
    encoder = SentenceEncoder(paths.ENCODER, cache_size=1)
    entries = read_yaml(paths.DATA / "nlu" / "out_of_scope.yml")["nlu"]
    background = [clean(line.removeprefix("- ")) for entry in entries for line in entry["examples"].splitlines()]
    texts, labels = [*data.texts, *background], [*data.labels, *[OUTSIDE] * len(background)]
    model = TopicModel.fit(texts, encoder.encode(texts), labels)
    scores = model.scores(data.asked, encoder.encode(data.asked))
    inside = np.where(np.array(model.labels) == OUTSIDE, -np.inf, scores)
    outside = np.array([model.outside(row) for row in scores])
    taken = timed(lambda text: model.outside(model.scores([text], encoder.encode([text]))[0]), data.asked)
    return Result(np.array(model.labels)[inside.argmax(1)], outside, taken)


def logistic_regression(features: Callable[[Sequence[str]], object], data: Set) -> Result:
    """A multinomial logistic regression; how far outside is how unlikely its best label is."""
    model = LogisticRegression(C=5, max_iter=1000).fit(features(data.texts), data.labels)
    shares = model.predict_proba(features(data.asked))
    return Result(model.classes_[shares.argmax(1)], -shares.max(1), timed(lambda text: model.predict_proba(features([text])), data.asked))


def embedding(data: Set) -> Result:
    """The frozen sentence embedding and logistic regression."""
    encoder = SentenceEncoder(paths.ENCODER, cache_size=1)
    return logistic_regression(lambda texts: encoder.encode(texts) * 2, data)


def tfidf(data: Set) -> Result:
    """TF-IDF of words and of characters, and logistic regression."""
    union = make_union(TfidfVectorizer(sublinear_tf=True), TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5)))
    union.fit(data.texts)
    return logistic_regression(union.transform, data)


def nlpjs(data: Set) -> Result:
    """nlp.js, in Node."""
    folder = BUILD / "nlpjs"
    if not (folder / "node_modules").is_dir():
        if not shutil.which("npm"):
            sys.exit("nlp.js needs Node and npm; install them or leave 'nlpjs' out of PEERS.")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", NLPJS], cwd=folder, check=True, capture_output=True
        )
    script = Path(__file__).parent / "peers" / "nlpjs.mjs"
    said = subprocess.run(["node", script, data.path.resolve(), folder], check=True, capture_output=True, text=True).stdout
    result = json.loads(said.splitlines()[-1])
    scores = np.array([reply["score"] for reply in result["replies"]])
    return Result(np.array([reply["label"] for reply in result["replies"]]), -scores, result["milliseconds"])


def rasa(data: Set) -> Result:
    """The pipeline that `rasa init` gives (DIET, 100 epochs)."""
    folder = BUILD / "rasa-understanding" / data.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([paths.ROOT / "scripts" / "peer"], check=True)
    names = {label: f"label_{number}" for number, label in enumerate(sorted(set(data.labels)))}
    of_label = {label: [text for text, own in zip(data.texts, data.labels) if own == label] for label in names}
    # As YAML laid out by hand: Rasa does not take a file that is JSON for training data.
    lines = ['version: "3.1"', "nlu:"]
    for label, texts in of_label.items():
        lines += [f"- intent: {names[label]}", "  examples: |", *(f"    - {text}" for text in texts)]
    (folder / "nlu.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config.yml").write_text("recipe: default.v1\nlanguage: en\npipeline:\npolicies:\n")
    subprocess.run(
        [str(PEER_PYTHON), "-m", "rasa", "train", "nlu", "--nlu", "nlu.yml", "--fixed-model-name", "peer"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (folder / "asked.json").write_text(json.dumps(data.asked))
    said = subprocess.run([str(PEER_PYTHON), "-c", RASA_ASKS], cwd=folder, check=True, capture_output=True, text=True).stdout
    result = json.loads(said.splitlines()[-1])
    original = {name: label for label, name in names.items()}
    return Result(
        np.array([original.get(name, "") for name, _ in result["replies"]]),
        -np.array([share for _, share in result["replies"]]),
        result["milliseconds"],
    )


RASA_ASKS = """
import asyncio, json, time
from rasa.core.agent import Agent
agent = Agent.load("models/peer.tar.gz")
asked = json.load(open("asked.json"))
async def run():
    replies, began = [], time.perf_counter()
    for text in asked:
        intents = [i for i in (await agent.parse_message(text))["intent_ranking"] if i["name"] != "nlu_fallback"]
        replies.append([intents[0]["name"], intents[0]["confidence"]])
    print(json.dumps({"replies": replies, "milliseconds": (time.perf_counter() - began) * 1000 / len(asked)}))
asyncio.run(run())
"""
ALWAYS: dict[str, Engine] = {"ours": ours, "embedding + logistic regression": embedding, "TF-IDF + logistic regression": tfidf}
ON_REQUEST: dict[str, Engine] = {"nlpjs": nlpjs, "rasa": rasa}


def caught(outside: np.ndarray, within: np.ndarray, rejected: float) -> float:
    """Share of the out-of-scope messages that score above the threshold at which a share of the in-scope ones is rejected."""
    return float((outside[~within] > np.quantile(outside[within], 1 - rejected)).mean())


def area(outside: np.ndarray, within: np.ndarray) -> float:
    """Area under the ROC curve."""
    return float(
        (outside[~within][:, None] > outside[within][None, :]).mean() + (outside[~within][:, None] == outside[within][None, :]).mean() / 2
    )


def figures(result: Result, answers: np.ndarray) -> dict[str, list[float]]:
    """Each figure with the ends of its 95 % interval."""
    measures: dict[str, Callable[[np.ndarray], float]] = {
        "accuracy": lambda n: float((result.labels[n] == answers[n])[answers[n] != OUTSIDE_LABEL].mean())
    }
    if (answers == OUTSIDE_LABEL).any():
        for rejected in REJECTED:
            measures[f"caught at {rejected:.0%}"] = lambda n, r=rejected: caught(result.outside[n], answers[n] != OUTSIDE_LABEL, r)  # type: ignore[misc]
        measures["auroc"] = lambda n: area(result.outside[n], answers[n] != OUTSIDE_LABEL)
    random = np.random.default_rng(0)
    resampled = [random.integers(len(answers), size=len(answers)) for _ in range(RESAMPLES)]
    found = {}
    for name, measure in measures.items():
        low, high = np.quantile([measure(numbers) for numbers in resampled], [0.025, 0.975])
        found[name] = [round(value, 4) for value in (measure(np.arange(len(answers))), float(low), float(high))]
    return found


def draw(results: dict[str, dict[str, Result]], sets: dict[str, Set]) -> None:
    """The share of out-of-scope messages caught, over the share of in-scope ones rejected."""
    from matplotlib import pyplot

    shown = {name: of_engine for name, of_engine in results.items() if (sets[name].answers == OUTSIDE_LABEL).any()}
    if not shown:
        return
    _, axes = pyplot.subplots(1, len(shown), figsize=(5.5 * len(shown), 4.5), squeeze=False)
    rejected = np.linspace(0, 0.4, 81)
    for axis, (name, of_engine) in zip(axes[0], shown.items()):
        within = sets[name].answers != OUTSIDE_LABEL
        for engine, result in of_engine.items():
            axis.plot(
                rejected,
                [caught(result.outside, within, share) for share in rejected],
                label=engine,
                linewidth=2.5 if engine == "ours" else 1.2,
            )
        axis.set(title=name, xlabel="in-scope messages rejected", ylabel="out-of-scope messages caught", ylim=(0, 1))
        axis.grid(alpha=0.3)
        axis.legend()
    pyplot.tight_layout()
    pyplot.savefig(PICTURE, metadata={"Date": None})


def main() -> None:
    """Command line of `make bench-understanding`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="FILE.json")
    parser.add_argument("--peers", nargs="*", default=[], choices=sorted(ON_REQUEST), help="beside those that are always measured")
    wanted = parser.parse_args()
    sets = {data.name: data for data in map(read_set, wanted.sets)}
    engines = {**ALWAYS, **{name: ON_REQUEST[name] for name in wanted.peers}}
    results: dict[str, dict[str, Result]] = {}
    report: dict[str, dict[str, dict[str, object]]] = {}
    for name, data in sets.items():
        results[name], report[name] = {}, {}
        print(f"\n{name}: {len(data.texts)} training messages, {len(data.asked)} test messages")
        for engine, run in engines.items():
            result = results[name][engine] = run(data)
            found = figures(result, data.answers)
            report[name][engine] = {**found, "milliseconds": round(result.milliseconds, 2)}
            row = "  ".join(f"{key} {value:.3f} [{low:.3f} {high:.3f}]" for key, (value, low, high) in found.items())
            print(f"  {engine:32} {row}  {result.milliseconds:.1f} ms", flush=True)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench-understanding.json").write_text(json.dumps(report, indent=2) + "\n")
    draw(results, sets)


if __name__ == "__main__":
    main()
