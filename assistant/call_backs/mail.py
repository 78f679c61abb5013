"""Sends a request to be called back by e-mail."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from assistant.call_backs.requests import Request, find, in_words
from assistant.courier import DeliveryError
from assistant.storage.database import database

LONGEST_WAIT = 20  # seconds for each step of the mail server; less than the courier waits
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class MailServer(NamedTuple):
    """Where mail is handed in; `kind` is `smtp` (STARTTLS) or `smtps`."""

    kind: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> MailServer:
        """The server of a URL.

        Raises:
            ValueError: saying what is wrong with it, without quoting it: it holds a password.
        """
        if not url:
            raise ValueError("is missing from the environment")
        try:
            parts = urlsplit(url)
            port = parts.port or {"smtp": 587, "smtps": 465}.get(parts.scheme, 0)
        except ValueError:
            raise ValueError("cannot be read") from None
        if parts.scheme not in ("smtp", "smtps"):
            raise ValueError("does not begin with smtp:// or smtps://")
        if not parts.hostname:
            raise ValueError("names no server")
        return cls(parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))

    def hand_in(self, message: EmailMessage) -> None:
        """Hand a message in, encrypted unless the server is on this machine.

        Raises:
            OSError, smtplib.SMTPException: if it was not taken.
        """
        context = ssl.create_default_context()
        if self.kind == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=LONGEST_WAIT, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=LONGEST_WAIT)
        with client:
            client.ehlo()
            if self.kind == "smtp" and (self.host not in THIS_MACHINE or client.has_extn("starttls")):
                client.starttls(context=context)
            if self.user:
                client.login(self.user, self.password)
            client.send_message(message)


class Mailer:
    """Sends requests to one address of the clinic."""

    def __init__(self, server: MailServer, address: str, timezone: ZoneInfo) -> None:
        self._server = server
        self._address = address
        self._timezone = timezone

    async def send(self, key: str, payload: dict[str, Any]) -> None:
        """Send the request whose id the payload has; one that was deleted in the meantime is not sent.

        Raises:
            DeliveryError: if the mail server did not take it.
        """
        request = find(database(), payload["id"])
        if request is None:
            return
        try:
            await asyncio.to_thread(self._server.hand_in, self.message(request))
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server answered {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"the mail server did not take it ({type(error).__name__})") from None

    def message(self, request: Request) -> EmailMessage:
        """The mail. The same request always has the same Message-ID, by which a mailbox can tell that it came twice."""
        message = EmailMessage(policy=SMTP)
        message["Subject"] = f"Please call back ({request.id})"
        message["From"] = self._server.user if "@" in self._server.user else self._address
        message["To"] = self._address
        message["Date"] = formatdate(request.begun)
        message["Message-ID"] = f"<call-back.{request.id}@{self._address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        lines = [f"{name}: {value}" for name, value in in_words(request, self._timezone).items()]
        message.set_content(
            "\n".join(["Somebody asked to be called back.", "", *lines, "", f"When it is done: make staff-list DONE={request.id}", ""])
        )
        return message
