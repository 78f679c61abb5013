"""Writes the sample report of docs/: two invented months, the second compared with the first, and a picture of its first screen."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from assistant import paths
from assistant.content.renderer import Content
from assistant.insights import history
from assistant.insights.command import report
from assistant.insights.page import page, sentences
from assistant.insights.reading import Period
from assistant.storage.database import Database
from tests.insights import month
from tests.widget.chromium import path

SAMPLE = paths.ROOT / "docs" / "insights-sample.html"
PICTURE = SAMPLE.with_suffix(".png")
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
OCTOBER = Period(month.FIRST, month.LAST)


def main() -> None:
    """Command line of `make insights-sample`."""
    content = Content.load(paths.ROOT / "clinic.yml", paths.DATA, paths.SOURCES)
    with TemporaryDirectory() as directory:
        database, kept = Database(f"sqlite:///{directory}/assistant.db"), Path(directory) / "insights.json"
        month.write_month(database, 4_200, *SEPTEMBER)
        month.write_month(database)
        for period in (SEPTEMBER, OCTOBER):
            began, used = time.perf_counter(), time.process_time()
            earlier = history.read(kept)
            made = report(database, content, period, earlier, date(2026, 11, 1))
            text = page(made)
            history.keep(kept, earlier, period, history.figures_kept(made.figures, made.groups), made.groups)
            taken = f"{time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s of processor time)"
            print(f"{made.figures.visits} conversations, {made.figures.messages} messages: {taken}")
        database.close()
    SAMPLE.write_text(text, encoding="utf-8")
    print("\n".join(sentences(made)))
    if not (browser := path()):
        sys.exit(f"Written without its picture, for want of a Chromium: {SAMPLE.relative_to(paths.ROOT)}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        shown = chromium.new_page(viewport={"width": 1180, "height": 1000})
        shown.goto(SAMPLE.as_uri())
        shown.screenshot(path=PICTURE)
        chromium.close()
    print(f"Written: {SAMPLE.relative_to(paths.ROOT)}, {PICTURE.relative_to(paths.ROOT)}")


if __name__ == "__main__":
    main()
