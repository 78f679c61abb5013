"""Measures the peer, presidio-analyzer with its pattern recognisers and no language model; writes presidio.json beside this file.

It needs other versions than ours of spaCy and NumPy, so it runs in an environment of its own, which this makes:

    python -m tests.privacy.presidio
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv

from assistant import paths
from assistant.privacy.spans import KINDS
from tests.privacy.messages import HERE, Message, count, messages

VERSION = "2.2.358"
ENVIRONMENT = paths.ROOT / "build" / "presidio"
RESULT = HERE / "presidio.json"
SETS = ("unseen.txt", "outside.txt")
# Runs there: reads a JSON list of texts, writes for each the spans of what says who somebody is, and those of dates.
FIND = """
import json, sys, spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

class NoModel(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}
    def load(self):
        pass
    def is_loaded(self):
        return True

registry = RecognizerRegistry()
registry.load_predefined_recognizers(nlp_engine=NoModel())
registry.remove_recognizer("SpacyRecognizer")
analyzer = AnalyzerEngine(registry=registry, nlp_engine=NoModel(), supported_languages=["en"])
found = []
for text in json.load(sys.stdin):
    spans = analyzer.analyze(text, language="en")
    found.append([[span.start, span.end, span.entity_type == "DATE_TIME"] for span in spans])
json.dump(found, sys.stdout)
"""


def main() -> None:
    """Make the environment if it is missing, measure, and write the figures."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"presidio-analyzer=={VERSION}"], check=True)
    figures = {name: _measure(str(python), messages(name)) for name in SETS}
    RESULT.write_text(json.dumps({"version": VERSION, "sets": figures}, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {RESULT.relative_to(paths.ROOT)}")


def _measure(python: str, cases: list[Message]) -> dict[str, object]:
    texts = [case.text for case in cases]
    answer = subprocess.run([python, "-c", FIND], input=json.dumps(texts), capture_output=True, text=True, check=True)
    spans = dict(zip(texts, json.loads(answer.stdout)))
    found = count(cases, lambda text: [(start, end) for start, end, is_date in spans[text] if not is_date])
    # It knows dates, but not which are of birth: they count where one is found, and not where another is changed.
    dated = count(cases, lambda text: [(start, end) for start, end, _ in spans[text]])
    birth = "date of birth"
    return {
        "found": {kind: dated.found[kind] if kind == birth else found.found[kind] for kind in KINDS if found.planted[kind]},
        "changed": found.changed,
        "changed_with_dates": dated.changed,
    }


if __name__ == "__main__":
    sys.exit(main())
