"""What sends finished requests to the clinic: an e-mail, a signed webhook, or both, as clinic.yml says."""

from __future__ import annotations

import os
import sys

from assistant.call_backs.mail import Mailer, MailServer
from assistant.call_backs.requests import KINDS
from assistant.call_backs.webhook import Webhook
from assistant.content.clinic import Clinic
from assistant.courier import Send

EMAIL, WEBHOOK = KINDS
SHORTEST_SECRET = 32  # characters


def senders(clinic: Clinic) -> dict[str, Send]:
    """A sender for each kind of item that clinic.yml gives an address for.

    Raises:
        SystemExit: naming the secret that is missing from the environment, and what was expected.
    """
    found: dict[str, Send] = {}
    if address := clinic.facts.get(EMAIL):
        found[EMAIL] = Mailer(_mail_server(), address, clinic.timezone).send
    if url := clinic.facts.get(WEBHOOK):
        found[WEBHOOK] = Webhook(url, _secret()).send
    return found


def _mail_server() -> MailServer:
    try:
        return MailServer.of(os.environ.get("SMTP_URL", ""))
    except ValueError as error:
        sys.exit(f"clinic.yml has '{EMAIL}', but SMTP_URL {error}; expected one such as smtp://user:password@mail.example.com:587.")


def _secret() -> bytes:
    given = os.environ.get("CALL_BACK_WEBHOOK_SECRET", "")
    if len(given) < SHORTEST_SECRET:
        sys.exit(
            f"clinic.yml has '{WEBHOOK}', but CALL_BACK_WEBHOOK_SECRET has {len(given)} characters; "
            f"expected {SHORTEST_SECRET} or more, such as from `openssl rand -hex 32`."
        )
    return given.encode()
