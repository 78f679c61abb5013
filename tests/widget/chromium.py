"""Where a Chromium is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def path() -> str | None:
    """The one that CHROMIUM names, the system's, or Playwright's own; None where there is none."""
    for candidate in (os.environ.get("CHROMIUM", ""), *map(shutil.which, NAMES)):
        if candidate and Path(candidate).exists():
            return candidate
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
