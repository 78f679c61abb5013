"""Names that stand for a platform's ids, so that what is stored holds no phone number and no account (HMAC-SHA256, RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac
import os
import sys

from assistant.channels.sessions import secret


def lasting_secret() -> str:
    """NEEDLING_SECRET: a pseudonym must be the same after a restart and on every server.

    Raises:
        SystemExit: if it is not set, or too short.
    """
    if not os.environ.get("NEEDLING_SECRET"):
        sys.exit("NEEDLING_SECRET is not set; a messaging channel needs it, such as from `openssl rand -hex 32`, the same on every server.")
    return secret()


def pseudonym(key: str, *parts: str) -> str:
    """The name for some ids, of 64 letters and digits: always the same under one key, and not to be turned back without it."""
    # Lengths go in too, so that no two lists of parts are one text.
    told = b"".join(b"%d:%s" % (len(part.encode()), part.encode()) for part in parts)
    return hmac.new(key.encode(), told, hashlib.sha256).hexdigest()
