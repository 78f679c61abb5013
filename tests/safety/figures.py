"""How often the two detectors of warning signs are right, on messages that neither was made from."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from spacy.tokens import Doc

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.content.sources import load_sources
from assistant.safety.alarms import AlarmModel
from assistant.safety.detector import Detector
from assistant.safety.rules import TIERS, SafetyRules, load_rules
from assistant.safety.triage import Limits, Triage, Verdict
from assistant.train import MODEL
from assistant.understanding.conditions import load_lexicon
from assistant.understanding.encoder import load_encoder
from assistant.understanding.text import Reader, Speller, clean, english

TESTS = paths.ROOT / "tests"
UNSEEN = TESTS / "safety" / "unseen.tsv"
QUESTIONS = TESTS / "heldout"
NONE = "none"  # the tier of a near miss and of an ordinary message


class Case(NamedTuple):
    """A message and the tier it should raise, or `none`; `item` says what it is or resembles."""

    tier: str
    item: str
    text: str


class Row(NamedTuple):
    """How many messages of a kind there are, how many got a safety text alone, and how many an answer with a warning."""

    name: str
    count: int
    alarmed: int
    warned: int


class Measured(NamedTuple):
    """The rows of the table, and of the unseen warning signs caught, the share with their own tier and with a less urgent one."""

    rows: list[Row]
    tier_right: float
    tier_lower: float


def read_unseen(path: Path = UNSEEN) -> list[Case]:
    """The cases of a file with a tier, an item and a message on each line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Case(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def read_questions(directory: Path = QUESTIONS) -> list[str]:
    """The held-out questions about everything but warning signs."""
    entries = [entry for path in sorted(directory.glob("*.yml")) for entry in read_yaml(path)["nlu"]]
    return [line.removeprefix("- ") for entry in entries for line in entry["examples"].splitlines()]


def trained_triage(model: Path = MODEL) -> tuple[Callable[[str], Verdict], SafetyRules]:
    """What judges a message as the running assistant does, and the rules."""
    rules = load_rules(paths.DATA / "safety.yml", load_sources(paths.SOURCES))
    reader = Reader(rules.vocabulary() | load_lexicon(paths.DATA / "conditions.yml").vocabulary())
    detector = Detector(rules, english().vocab)
    with TemporaryDirectory() as directory, tarfile.open(model) as archive:
        archive.extractall(directory)
        (found,) = Path(directory).rglob("alarms.json")
        alarms = AlarmModel.load(found.parent)
    (settings,) = [entry for entry in read_yaml(paths.ROOT / "config.yml")["pipeline"] if entry["name"].endswith(".RedFlags")]
    limits = Limits(**{name: value for name, value in settings.items() if name != "name"})
    triage = Triage(alarms, load_encoder().encode, Speller(alarms.words).mend, limits)

    def judge(text: str) -> Verdict:
        doc: Doc = reader.read(clean(text))
        return triage.assess(doc, detector.find(doc))

    return judge, rules


def measure() -> Measured:
    """Judge every set."""
    judge, rules = trained_triage()
    cases = read_unseen()
    sheet = [text for flag in rules.red_flags for text in flag.examples]
    near = [text for flag in rules.red_flags for text in flag.near_misses]
    alarming = [(case, judge(case.text)) for case in cases if case.tier != NONE]
    caught = [(case, verdict.tier) for case, verdict in alarming if verdict.tier]
    rows = [
        _row("warning signs of the sheet", map(judge, sheet)),
        _row("near misses of the sheet", map(judge, near)),
        _row("unseen warning signs", (verdict for _, verdict in alarming)),
        _row("unseen near misses", (judge(case.text) for case in cases if case.tier == NONE and case.item != "ordinary")),
        _row("unseen ordinary messages", (judge(case.text) for case in cases if case.item == "ordinary")),
        _row("held-out questions", map(judge, read_questions())),
    ]
    right = sum(case.tier == tier for case, tier in caught)
    lower = sum(TIERS.index(tier) > TIERS.index(case.tier) for case, tier in caught)
    return Measured(rows, right / len(caught), lower / len(caught))


def _row(name: str, verdicts: Iterable[Verdict]) -> Row:
    judged = list(verdicts)
    return Row(name, len(judged), sum(bool(verdict.tier) for verdict in judged), sum(bool(verdict.if_now) for verdict in judged))
