"""Whether this clinic may go live: refuses while anything that a clinic must decide is missing, and prints a record to keep."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date

from assistant import paths
from assistant.content.clinic import Clinic
from assistant.content.faults import ContentError
from assistant.content.renderer import Content
from assistant.content.reviews import Review, faults_of, warnings_of
from assistant.train import check_inputs, digest, is_current
from assistant.understanding.encoder import EncoderError

RECORD = paths.ROOT / "build" / "live-record.md"
# Of the example clinic, and of the numbers that regulators set aside for fiction.
EXAMPLE = re.compile(r"\bexample|\.example\b|exampleton|7946\W?0\d{3}|555\W?01\d\d", re.IGNORECASE)
# What the example clinic says instead of a number, because there is no right default.
NUMBERS = {
    "emergency_number": "the number to call in an emergency where your patients live",
    "urgent_line": "the number of an urgent care line for the hours you are closed",
    "maternity_line": "a number pregnant patients can call",
    "crisis_number": "the number of a crisis line",
}
DECIDED = {
    "name": "the clinic's name",
    "reviewer": "the name and role of the clinician who has read and signed the answers and the safety texts",
    "disclaimer": "the sentence below answers that says they are information and not advice",
    "privacy_contact": "whom a patient asks about privacy",
}
UNNAMED = {
    "crisis_name": "a crisis helpline",
    "regulator": "the body that registers your clinician",
}


def faults(content: Content, today: date) -> list[str]:
    """Everything that keeps the clinic from going live, a sentence each."""
    reviews = content.reviews()
    return [*_profile(content.clinic), *_unsigned(reviews), *faults_of(reviews, today)]


def _profile(clinic: Clinic) -> Iterator[str]:
    for key, expected in DECIDED.items():
        if not clinic.facts.get(key):
            yield f"clinic.yml: '{key}' is missing; expected {expected}."
    for key, expected in NUMBERS.items():
        if not re.search(r"\d", clinic.facts[key]):
            yield f"clinic.yml: '{key}' is {clinic.facts[key]!r}; expected {expected}."
    for key, placeholder in UNNAMED.items():
        if clinic.facts[key] == placeholder:
            yield f"clinic.yml: '{key}' is {placeholder!r}; expected its name."
    for key, value in clinic.facts.items():
        if EXAMPLE.search(value):
            yield f"clinic.yml: '{key}' is {value!r}, which is the example clinic's; expected your own."


def _unsigned(reviews: list[Review]) -> Iterator[str]:
    unsigned = [review.name for review in reviews if not review.is_signed()]
    if unsigned:
        where = "name who did as 'reviewer' in clinic.yml or in the answer"
        yield f"{len(unsigned)} texts are signed by no clinician: {', '.join(unsigned)}; {where}."


def record(content: Content, today: date) -> str:
    """One page, as Markdown: what goes live, who answers for it, and until when."""
    facts = content.clinic.facts
    reviews = content.reviews()
    signed = sorted({review.reviewer for review in reviews if review.reviewer})
    rows = {
        "Clinic": facts["name"],
        "Checked on": today.isoformat(),
        "Content and model": digest()[:16],
        "Signed by": ", ".join(signed),
        "Texts": f"{len(reviews)}, of which {sum(review.clinical for review in reviews)} need a clinician's signature",
        "Sources": str(len(content.sources)),
        "Warning signs": f"{len(content.safety.red_flags)}, reviewed on {content.safety.reviewed}; measured: docs/safety.md",
        "First review due": f"{reviews[0].name} on {reviews[0].due}",
        **{key.replace("_", " ").capitalize(): facts[key] for key in ("phone", *NUMBERS, *UNNAMED, "safeguarding_contact", "disclaimer")},
    }
    return "# Record of going live\n\n| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows.items())


def main() -> None:
    """Command line of `make live-check`."""
    today = date.today()
    try:
        content = check_inputs()
    except (ContentError, EncoderError) as error:
        sys.exit(str(error))
    found = faults(content, today)
    if not is_current():
        found.append("The trained model is older than the content; run `make train`.")
    if found:
        sys.exit("\n".join([*found, f"Not ready to go live: {len(found)} faults."]))
    for warning in warnings_of(content.reviews(), today):
        print(f"Soon: {warning}", file=sys.stderr)
    page = record(content, today)
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(page, encoding="utf-8")
    print(page, end="")
    print(f"Ready to go live. Keep this record: {RECORD.relative_to(paths.ROOT)}", file=sys.stderr)
