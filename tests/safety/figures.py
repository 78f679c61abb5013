"""How often the two detectors of warning signs are right, on messages that neither was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from spacy.tokens import Doc

from assistant.safety.alarms import AlarmModel
from assistant.safety.detector import Detector
from assistant.safety.rules import TIERS, project_rules
from assistant.safety.triage import Limits, Triage, Verdict
from assistant.understanding.encoder import load_encoder
from assistant.understanding.text import Speller, clean, english
from tests.shared import HELD_OUT, configured, held_out, real_reader, trained, unseen

NONE = "none"  # the tier of a near miss and of an ordinary message


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


def trained_triage() -> Callable[[str], Verdict]:
    """What judges a message as the running assistant does."""
    reader, detector = real_reader(), Detector(project_rules(), english().vocab)
    alarms = trained(AlarmModel.load, "alarms.json")
    triage = Triage(alarms, load_encoder().encode, Speller(alarms.words).mend, Limits(**configured("RedFlags")))

    def judge(text: str) -> Verdict:
        doc: Doc = reader.read(clean(text))
        return triage.assess(doc, detector.find(doc))

    return judge


def measure() -> Measured:
    """Judge every set."""
    judge, rules, cases = trained_triage(), project_rules(), unseen()
    questions = [text for path in sorted(HELD_OUT.glob("*.yml")) for text, _ in held_out(path.name)]
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
        _row("held-out questions", map(judge, questions)),
    ]
    right = sum(case.tier == tier for case, tier in caught)
    lower = sum(TIERS.index(tier) > TIERS.index(case.tier) for case, tier in caught)
    return Measured(rows, right / len(caught), lower / len(caught))


def _row(name: str, verdicts: Iterable[Verdict]) -> Row:
    judged = list(verdicts)
    return Row(name, len(judged), sum(bool(verdict.tier) for verdict in judged), sum(bool(verdict.if_now) for verdict in judged))
