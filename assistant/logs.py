"""Quiet, readable logs, with nothing in them that a patient wrote.

LOG_LEVEL is the level of our own lines, none of which quotes a patient. Rasa and the libraries log below WARNING what patients wrote, so
of theirs only warnings and errors are kept, and of those what was said first, whatever LOG_LEVEL is. LOG_LIBRARIES=1 lifts that, for
invented conversations on a developer's machine.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import sys
import traceback
import warnings
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from sanic import Sanic
    from sanic.request import Request
    from sanic.response import HTTPResponse

LEVEL = os.environ.get("LOG_LEVEL", "WARNING").upper()
FORMATS = ("text", "json")
OURS = ("assistant", "actions", "__main__")
REQUEST_HEADER = "X-Request-ID"
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")  # what a proxy may give; anything else could be somebody's words

_request: ContextVar[str] = ContextVar("request", default="-")


def configure() -> None:
    """Send the log to standard error.

    Raises:
        SystemExit: if LOG_LEVEL names no level, or LOG_FORMAT no format.
    """
    level, form = logging.getLevelName(LEVEL), os.environ.get("LOG_FORMAT", "text")
    if not isinstance(level, int):
        sys.exit(f"LOG_LEVEL is {LEVEL!r}; expected DEBUG, INFO, WARNING or ERROR.")
    if form not in FORMATS:
        sys.exit(f"LOG_FORMAT is {form!r}; expected text or json.")
    guarded = os.environ.get("LOG_LIBRARIES", "") != "1"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((Json if form == "json" else Line)(guarded))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if guarded:
        handler.addFilter(_is_ours_or_grave)
    # Rasa's other way of logging: its events become lines of the same log.
    structlog.configure(
        processors=[_name_only] if guarded else [structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.make_filtering_bound_logger(max(level, logging.WARNING) if guarded else level),
        logger_factory=lambda *_: logging.getLogger("rasa"),
        cache_logger_on_first_use=False,
    )


def _name_only(_: Any, __: str, event: dict[str, Any]) -> str:
    """The name of an event of Rasa's, such as `processor.message.parse`; its fields hold what was parsed."""
    return str(event.get("event"))


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _is_ours_or_grave(record: logging.LogRecord) -> bool:
    return _is_ours(record) or record.levelno >= logging.WARNING


class Line(logging.Formatter):
    """A record as a line, with the request it belongs to.

    Args:
        guarded: whether what libraries say is cut to its first line, and of an error only its kind and place are told: the rest may
            quote what the error was about.
    """

    def __init__(self, guarded: bool) -> None:
        super().__init__()
        self._guarded = guarded

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it where an error came from."""
        told = f"{self.formatTime(record)} {record.levelname:<7} {record.name} [{_request.get()}]: {self.message(record)}"
        return f"{told}\n{self.formatException(record.exc_info)}" if record.exc_info else told

    def message(self, record: logging.LogRecord) -> str:
        """What was said."""
        said = record.getMessage()
        return said if not self._guarded or _is_ours(record) else said.partition("\n")[0]

    def formatException(self, error: Any) -> str:  # noqa: N802
        """The kind of an error and the lines of code it went through."""
        if not self._guarded:
            return super().formatException(error)
        kind, _, place = error
        return "".join(traceback.format_tb(place)) + (kind.__name__ if kind else "")


class Json(Line):
    """A record as an object of JSON, one a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        told = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": _request.get(),
            "message": self.message(record),
            **({"error": self.formatException(record.exc_info)} if record.exc_info else {}),
        }
        return json.dumps(told, ensure_ascii=False)


def install(app: Sanic) -> None:
    """Name each request, in the log and in the answer: as the proxy in front of us does, where that is a plain token."""

    async def begin(request: Request) -> None:
        given = request.headers.get(REQUEST_HEADER, "")
        _request.set(given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8))

    async def end(_: Request, response: HTTPResponse) -> None:
        response.headers[REQUEST_HEADER] = _request.get()

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")


def hide_warnings() -> None:
    """Keep Python's warnings off the screen: they are Rasa's to mend, not the operator's, and TensorFlow, SQLAlchemy and pyparsing of
    Rasa's age give hundreds of them. The tests turn every warning of our own into an error."""
    warnings.simplefilter("ignore")
    warnings.showwarning = lambda *_, **__: None
