"""The figures of earlier reports, to say what has changed: numbers and the places of groups, and nothing that anybody wrote."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.insights.figures import QUESTIONS, Figures
from assistant.insights.groups import Group, Groups
from assistant.insights.reading import Period

MOST_KEPT = 24  # reports
SAME = 0.6  # cosine from which two groups' places count as one meaning
SCALE = 127  # a place is kept in bytes


class HistoryError(Exception):
    """A file of earlier figures that cannot be used, in one sentence for the operator."""


class Earlier(NamedTuple):
    """What is kept of a report.

    Attributes:
        figures: by name.
        groups: of each group shown, how many conversations asked it, and its place.
    """

    period: Period
    figures: dict[str, float]
    groups: list[tuple[int, np.ndarray]]

    def asked_before(self, group: Group) -> int:
        """In how many conversations a question of a group's meaning was asked; 0 where there was no such group."""
        near = [(float(place @ group.middle), number) for number, place in self.groups]
        cosine, number = max(near, default=(0.0, 0))
        return number if cosine >= SAME else 0


def figures_kept(figures: Figures, groups: Groups) -> dict[str, float]:
    """What later reports are compared with, by the name that the report shows."""
    asked = figures.asked or 1
    votes = sum(topic.helpful + topic.unhelpful for topic in figures.topics.values())
    helpful = sum(topic.helpful for topic in figures.topics.values())
    return {
        "Conversations": figures.visits,
        "Questions": sum(figures.kinds[kind] for kind in QUESTIONS),
        "Answered, %": round(100 * figures.kinds["answer"] / asked, 1),
        "Without an answer": len(figures.unanswered),
        "Groups of unanswered questions": len(groups.shown),
        "Found helpful, % of votes": round(100 * helpful / votes, 1) if votes else 0.0,
        "Warning signs": sum(figures.tiers.values()),
        "Requests to be called back": figures.call_backs["open"] + figures.call_backs["done"],
    }


def read(kept: Path) -> list[Earlier]:
    """The reports that are kept, the earliest first; none where there is no file.

    Raises:
        HistoryError: if the file is not one that this program wrote.
    """
    if not kept.is_file():
        return []
    try:
        return [_earlier(entry) for entry in json.loads(kept.read_text(encoding="utf-8"))["reports"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HistoryError(
            f"{kept}: the figures of earlier reports cannot be read ({type(error).__name__}); move the file away to begin anew."
        ) from None


def before(earlier: list[Earlier], period: Period) -> Earlier | None:
    """The last report whose period ended before this one's did, if there is one."""
    return max((report for report in earlier if report.period.last < period.last), key=lambda report: report.period, default=None)


def keep(kept: Path, earlier: list[Earlier], period: Period, figures: dict[str, float], groups: Groups) -> None:
    """Add a report's figures, in place of those of the same period."""
    places = [(group.conversations, group.middle) for group in groups.shown]
    reports = [*(report for report in earlier if report.period != period), Earlier(period, figures, places)]
    reports.sort(key=lambda report: (report.period.last, report.period.first))
    write(kept, json.dumps({"reports": [_entry(report) for report in reports[-MOST_KEPT:]]}, indent=1))


def write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.new")
    half.unlink(missing_ok=True)
    half.touch(0o600, exist_ok=False)
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _earlier(entry: dict[str, Any]) -> Earlier:
    period = Period(date.fromisoformat(entry["first"]), date.fromisoformat(entry["last"]))
    groups = [(int(group["conversations"]), np.frombuffer(bytes.fromhex(group["place"]), np.int8) / SCALE) for group in entry["groups"]]
    return Earlier(period, {str(name): float(number) for name, number in entry["figures"].items()}, groups)


def _entry(report: Earlier) -> dict[str, Any]:
    # Each number of a place is below 1, and most are below .2: a little is lost to rounding, and it does not matter here.
    groups = [{"conversations": number, "place": np.rint(place * SCALE).astype(np.int8).tobytes().hex()} for number, place in report.groups]
    return {"first": report.period.first.isoformat(), "last": report.period.last.isoformat(), "figures": report.figures, "groups": groups}
