"""Who checked what and when, and what must be checked again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from assistant.content.answers import Answer
from assistant.content.clinic import Clinic

VALID_FOR = timedelta(days=365)  # after a check, where an answer names no day for the next
WARNED_BEFORE = timedelta(days=30)
UNSIGNED = "Not yet reviewed by a clinician."


class Review(NamedTuple):
    """The review of one text.

    Attributes:
        name: of the answer, or of the file.
        reviewer: the name and role of who signed it; empty where nobody did.
        checked: the day it was last checked.
        due: the day by which it must be checked again.
        clinical: whether it states something about health, so that a clinician must sign it.
    """

    name: str
    reviewer: str
    checked: date
    due: date
    clinical: bool

    def is_signed(self) -> bool:
        """Whether nobody's signature is wanting."""
        return bool(self.reviewer) or not self.clinical

    def has_lapsed(self, today: date) -> bool:
        """Whether the day for the next check has passed."""
        return today > self.due


def review_of(answer: Answer, clinic: Clinic) -> Review | None:
    """The review of an answer; none of a text that states nothing."""
    if answer.reviewed is None:
        return None
    reviewer = answer.reviewer or clinic.facts.get("reviewer", "")
    return Review(
        answer.key.removeprefix("utter_"), reviewer, answer.reviewed, answer.next_check or answer.reviewed + VALID_FOR, answer.is_clinical
    )


def reviews_of(answers: Iterable[Answer], safety_checked: date, clinic: Clinic) -> list[Review]:
    """Every review there is, that of the safety texts and the clinic profile among them; the first due first."""
    reviews = [review for answer in answers if (review := review_of(answer, clinic))]
    reviews.append(Review("safety.yml", clinic.facts.get("reviewer", ""), safety_checked, safety_checked + VALID_FOR, True))
    reviews.append(Review("clinic.yml", "", clinic.reviewed, clinic.reviewed + VALID_FOR, False))
    return sorted(reviews, key=lambda review: (review.due, review.name))


def faults_of(reviews: Iterable[Review], today: date) -> list[str]:
    """A sentence for each review that has lapsed."""
    return [
        f"{review.name}: its review was due on {review.due}; check the text and set 'reviewed'."
        for review in reviews
        if review.has_lapsed(today)
    ]


def warnings_of(reviews: Iterable[Review], today: date) -> list[str]:
    """A sentence for each review that lapses soon."""
    return [f"{review.name}: its review is due on {review.due}." for review in reviews if review.due - WARNED_BEFORE <= today <= review.due]
