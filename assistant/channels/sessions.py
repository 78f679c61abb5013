"""Sessions of the website channel: unguessable names in signed tokens (JWT, HS256), renewed as long as somebody writes."""

from __future__ import annotations

import os
import secrets
import sys
import time
from functools import lru_cache
from typing import NamedTuple

import jwt

ALGORITHM = "HS256"
AUDIENCE = "website"
LIFETIME = 24 * 3600  # seconds without a message after which a session has expired
RENEWED_AFTER = LIFETIME // 4
MOST_KEPT = 2_000  # tokens
NAME_BYTES = 24  # 192 bits: a name cannot be guessed
SHORTEST_SECRET = 32  # characters


class Session(NamedTuple):
    """A conversation's name, and when the right to write in it expires (seconds since 1970)."""

    name: str
    expires: int


class SessionError(Exception):
    """A token that gives no right to any session."""


def secret() -> str:
    """The key that signs tokens: NEEDLING_SECRET, or one that lasts as long as this process.

    Raises:
        SystemExit: if the one given is too short to be a secret.
    """
    given = os.environ.get("NEEDLING_SECRET", "")
    if given and len(given) < SHORTEST_SECRET:
        sys.exit(f"NEEDLING_SECRET has {len(given)} characters; expected {SHORTEST_SECRET} or more, such as from `openssl rand -hex 32`.")
    return given or secrets.token_hex(32)


class Sessions:
    """Issues tokens and reads them; it keeps nothing but which it has lately signed or checked."""

    def __init__(self, key: str) -> None:
        self._key = key
        # The widget sends one token with every message, and gets it back until it is renewed.
        self._signed = lru_cache(MOST_KEPT)(self._sign)
        self._checked = lru_cache(MOST_KEPT)(self._check)

    def begin(self) -> Session:
        """A new session."""
        return Session(secrets.token_urlsafe(NAME_BYTES), int(time.time()) + LIFETIME)

    def token(self, session: Session) -> str:
        """The token of a session."""
        return self._signed(session)

    def read(self, token: str) -> Session:
        """The session of a token.

        Raises:
            SessionError: if it is forged or expired.
        """
        session = self._checked(token)
        if session.expires <= time.time():
            raise SessionError("the session has expired")
        return session

    def _sign(self, session: Session) -> str:
        return jwt.encode({"sub": session.name, "exp": session.expires, "aud": AUDIENCE}, self._key, ALGORITHM)

    def _check(self, token: str) -> Session:
        try:
            claims = jwt.decode(token, self._key, [ALGORITHM], audience=AUDIENCE, options={"require": ["sub", "exp", "aud"]})
        except (jwt.InvalidTokenError, UnicodeError) as error:
            raise SessionError(str(error)) from None
        return Session(str(claims["sub"]), int(claims["exp"]))

    def renewed(self, session: Session) -> Session:
        """The session with its time to run anew, where a good part of it has passed."""
        expires = int(time.time()) + LIFETIME
        return session._replace(expires=expires) if expires - session.expires > RENEWED_AFTER else session
