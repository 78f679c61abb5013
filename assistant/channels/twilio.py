"""SMS and WhatsApp through Twilio. Described: https://www.twilio.com/docs/usage/security and .../messaging/guides/webhook-request."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from aiohttp import BasicAuth
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant.channels.messaging import FORM, Call, Incoming, MessagingInput, media_type, same
from assistant.channels.rendering import SMS, WHATSAPP, Part
from assistant.courier import DeliveryError

MOST_FIELDS = 200
BY_WHATSAPP = "whatsapp:"
XML = "text/xml"


def signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """X-Twilio-Signature of a form: HMAC-SHA1 over the address and each field's name and value, sorted."""
    told = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


class TwilioInput(MessagingInput):
    """SMS, and WhatsApp where the sender is `whatsapp:...`."""

    REQUIRED: ClassVar[dict[str, str]] = {
        "account_sid": "TWILIO_ACCOUNT_SID",
        "auth_token": "TWILIO_AUTH_TOKEN",
        "public_url": "PUBLIC_URL",
    }
    OPTIONAL: ClassVar[dict[str, Any]] = {"api_url": "https://api.twilio.com"}

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "twilio"

    def fault(self, request: Request) -> str:
        """The signature covers the address as patients' platform sees it, and every field."""
        given = request.headers.get("X-Twilio-Signature")
        if not given:
            return "no signature"
        if media_type(request) != FORM:
            return "wrong content type"
        try:
            fields = _fields(request)
        except ValueError:
            return "not what the platform documents"
        query = f"?{request.query_string}" if request.query_string else ""
        url = self.settings["public_url"].rstrip("/") + request.path + query
        return "" if same(given, signature(self.settings["auth_token"], url, fields)) else "wrong signature"

    def read(self, request: Request) -> list[Incoming]:
        """One message; reports of what became of another have no body, and Twilio itself has answered STOP and HELP."""
        form = dict(_fields(request))
        if "Body" not in form or form.get("OptOutType"):
            return []
        missing = [name for name in ("MessageSid", "From", "To") if not form.get(name)]
        if missing:
            raise ValueError(f"no {missing[0]}")
        sender, media = form["From"], form.get("NumMedia", "0")
        return [
            Incoming(
                id=form["MessageSid"],
                sender=sender,
                address={"To": sender, "From": form["To"]},
                text=form["Body"],
                medium=WHATSAPP if sender.startswith(BY_WHATSAPP) else SMS,
                has_more=media not in ("", "0"),
            )
        ]

    def message(self, address: dict[str, str], part: Part) -> dict[str, Any]:
        """The fields of Twilio's Message resource."""
        return {**address, "Body": part.text}

    def call(self, message: dict[str, Any]) -> Call:
        """Create a Message."""
        account = self.settings["account_sid"]
        url = f"{self.settings['api_url'].rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        return Call(url, {"data": message, "auth": BasicAuth(account, self.settings["auth_token"], "utf-8")})

    def failure(self, status: int, body: dict[str, Any]) -> DeliveryError | None:
        """Twilio says in a code what was wrong, such as 21610 for somebody who wrote STOP."""
        if error := super().failure(status, body):
            code = body.get("code")
            return DeliveryError(f"status {status}, code {code if isinstance(code, int) else 'none'}", error.for_good)
        return None

    def accepted(self) -> HTTPResponse:
        """No reply here: it comes by way of the outbox."""
        return HTTPResponse("<Response/>", content_type=XML)

    def unavailable(self) -> HTTPResponse:
        """Twilio sends nothing again by itself, so the patient is told at once whom to call."""
        text = escape(self._turns.apology("none")["text"])
        return HTTPResponse(f"<Response><Message>{text}</Message></Response>", content_type=XML)


def _fields(request: Request) -> list[tuple[str, str]]:
    """The form, with the fields that are empty, which are signed too.

    Raises:
        ValueError: if it is no form in UTF-8, or has too many fields.
    """
    return parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
