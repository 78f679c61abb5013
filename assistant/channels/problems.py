"""Errors of the website channel, as problem details (RFC 9457): a small set, each with a sentence that says what was expected."""

from __future__ import annotations

import json
from typing import Any

from sanic import Sanic
from sanic.exceptions import InvalidUsage, MethodNotSupported, NotFound, PayloadTooLarge, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

STATUS = {
    "bad-request": (400, "The request cannot be read"),
    "unauthorized": (401, "No valid session"),
    "origin-not-allowed": (403, "This site may not use the assistant"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This method is not allowed here"),
    "too-large": (413, "The request is too large"),
    "too-many-requests": (429, "Too many requests"),
    "failed": (500, "Something went wrong"),
    "unavailable": (503, "The assistant is not ready"),
}
OF_SANIC: dict[type[SanicException], str] = {
    NotFound: "not-found",
    MethodNotSupported: "method-not-allowed",
    PayloadTooLarge: "too-large",
    InvalidUsage: "bad-request",
}


class ProblemError(Exception):
    """What is wrong with a request: one of STATUS, and a sentence."""

    def __init__(self, name: str, detail: str, **headers: str) -> None:
        self.name = name
        self.detail = detail
        self.headers = headers
        super().__init__(detail)

    def response(self) -> HTTPResponse:
        """The problem as the client gets it."""
        status, title = STATUS[self.name]
        body = {"type": f"/problems/{self.name}", "title": title, "status": status, "detail": self.detail}
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return HTTPResponse(json.dumps(body), status, {**headers, "Cache-Control": "no-store"}, "application/problem+json")


def install(app: Sanic) -> None:
    """Answer what no route answers, and what the server refuses by itself, with problems too."""

    async def refuse(request: Request, error: Any) -> HTTPResponse:
        name = next((name for kind, name in OF_SANIC.items() if isinstance(error, kind)), "bad-request")
        details = {
            "not-found": "Nothing is served at this address.",
            "method-not-allowed": "This address takes another method.",
            "too-large": f"Expected at most {app.config.REQUEST_MAX_SIZE} bytes.",
        }
        headers = {"Allow": error.headers["Allow"]} if isinstance(error, MethodNotSupported) and error.headers.get("Allow") else {}
        return ProblemError(name, details.get(name, "The request is not what was expected."), **headers).response()

    for kind in OF_SANIC:
        app.error_handler.add(kind, refuse)
    app.error_handler.add(ProblemError, lambda _, problem: problem.response())
