"""Sends a request to be called back to a program of the clinic, signed so that the program can tell who sent it.

The signature is HMAC-SHA256 over the time stamp, a full stop and the body: docs/call-backs.md shows how to check it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import aiohttp

from assistant.call_backs.requests import Request, find, in_utc
from assistant.courier import DeliveryError
from assistant.storage.database import database

LONGEST_WAIT = aiohttp.ClientTimeout(total=20)  # seconds; less than the courier waits
SIGNATURE, TIMESTAMP, KEY = "X-Needling-Signature", "X-Needling-Timestamp", "Idempotency-Key"


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body sent at a time (seconds since 1970)."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Webhook:
    """Sends requests to one address."""

    def __init__(self, url: str, secret: bytes) -> None:
        self._url = url
        self._secret = secret

    async def send(self, key: str, payload: dict[str, Any]) -> None:
        """Send the request whose id the payload has; one that was deleted in the meantime is not sent.

        Raises:
            DeliveryError: if the answer was not one of success.
        """
        request = find(database(), payload["id"])
        if request is None:
            return
        body, timestamp = _body(request), str(int(time.time()))
        headers = {"Content-Type": "application/json", KEY: key, TIMESTAMP: timestamp, SIGNATURE: sign(self._secret, timestamp, body)}
        try:
            async with (
                aiohttp.ClientSession(timeout=LONGEST_WAIT) as session,
                # Another address than the one that was checked gets nothing of a patient's.
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                if not 200 <= response.status < 300:
                    raise DeliveryError(f"the webhook answered {response.status}")
        except aiohttp.ClientError as error:
            raise DeliveryError(f"the webhook was not reached ({type(error).__name__})") from None


def _body(request: Request) -> bytes:
    fields = ("id", "name", "contact", "good_time", "topic", "channel")
    return json.dumps({**{name: getattr(request, name) for name in fields}, "asked": in_utc(request.begun)}, ensure_ascii=False).encode()
