"""Which texts must be checked again: those whose review has lapsed, and those whose review lapses within a month."""

from __future__ import annotations

import sys
from datetime import date

from assistant import paths
from assistant.content.faults import ContentError
from assistant.content.renderer import Content
from assistant.content.reviews import faults_of, warnings_of


def main() -> None:
    """Command line at the end of `make check`."""
    try:
        content = Content.load(paths.CLINIC, paths.DATA, paths.SOURCES)
    except ContentError as error:
        sys.exit(str(error))
    reviews = content.reviews()
    for warning in warnings_of(reviews, date.today()):
        print(f"Soon: {warning}", file=sys.stderr)
    if faults := faults_of(reviews, date.today()):
        sys.exit("\n".join(faults))
    print(f"{len(reviews)} reviews; the first is due on {reviews[0].due} ({reviews[0].name}).")
