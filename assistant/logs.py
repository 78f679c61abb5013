"""Quiet, readable logs, with nothing in them that a patient wrote."""

from __future__ import annotations

import logging
import os
import sys
import warnings

import structlog

# Rasa logs at these levels what a patient wrote; above them it does not.
LEVEL = os.environ.get("LOG_LEVEL", "WARNING").upper()


def configure() -> None:
    """Send the log to standard error.

    Raises:
        SystemExit: if LOG_LEVEL names no level.
    """
    level = logging.getLevelName(LEVEL)
    if not isinstance(level, int):
        sys.exit(f"LOG_LEVEL is {LEVEL!r}; expected DEBUG, INFO, WARNING or ERROR.")
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def hide_warnings() -> None:
    """Keep Python's warnings off the screen: they are Rasa's to mend, not the operator's, and TensorFlow, SQLAlchemy and pyparsing of
    Rasa's age give hundreds of them. The tests turn every warning of our own into an error."""
    warnings.simplefilter("ignore")
    warnings.showwarning = lambda *_, **__: None
