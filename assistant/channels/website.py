"""The website channel: a message in as JSON, the replies out as the reply contract has them.

    POST /webhooks/website/messages   {"message": "does it hurt", "conversation": "..."}
    200                               {"conversation": "...", "messages": [{"text": ..., "kind": ..., ...}]}

Leave `conversation` out to begin one; the server makes the name, so that nobody can choose or guess another person's.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json

from assistant.channels.contract import ContractOutput

NAME_BYTES = 24  # 192 bits: a name cannot be guessed
NAME = re.compile(r"[A-Za-z0-9_-]{32}")


class RequestError(ValueError):
    """A request that is not a message."""


def read_request(body: Any) -> tuple[str, str]:
    """The message and the conversation's name; a new name where none, or none of ours, was given.

    Raises:
        RequestError: naming what was expected.
    """
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        raise RequestError('expected a JSON object such as {"message": "does it hurt"}')
    if not body["message"].strip():
        raise RequestError("'message' is empty; expected a text")
    given = body.get("conversation")
    return body["message"], given if isinstance(given, str) and NAME.fullmatch(given) else secrets.token_urlsafe(NAME_BYTES)


class WebsiteInput(InputChannel):
    """Serves the chat on a clinic's website."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return ContractOutput.name()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("website")

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @routes.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            try:
                message, conversation = read_request(request.json)
            except (RequestError, InvalidUsage) as error:
                fault = error if isinstance(error, RequestError) else "the body is not JSON"
                return json({"error": str(fault)}, status=400)
            output = ContractOutput()
            await on_new_message(UserMessage(message, output, conversation, input_channel=self.name()))
            return json({"conversation": conversation, "messages": output.replies}, headers={"Cache-Control": "no-store"})

        return routes
