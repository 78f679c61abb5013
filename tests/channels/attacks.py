"""Every way tried to get a webhook past a messaging channel, against the running server; `make documents` writes what each got."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.channels.platforms import (
    PLATFORMS,
    SECRETS,
    SIGNED_BY,
    FakePlatforms,
    Platform,
    Webhook,
    messenger_event,
    slack_signed,
    twilio_signed,
)
from tests.channels.running import Running, running

ATTACKED = [platform for platform in PLATFORMS if platform.name != "WhatsApp"]  # it comes by the same webhook as SMS
TITLES = {"SMS": "Twilio (SMS, WhatsApp)"}
SIGNATURES = {"X-Twilio-Signature", "X-Hub-Signature-256", "X-Telegram-Bot-Api-Secret-Token", "X-Slack-Signature"}
WORDS = "zygomatic"
NOT_COVERED = "the token does not cover the body"

# What to send, or why there is nothing to try.
Make = Callable[[Platform, int], "Webhook | str"]


def genuine(platform: Platform, number: int) -> Webhook:
    """A message as the platform sends it."""
    return platform.says(f"{WORDS} {number}", number)


def with_signature(webhook: Webhook, change: Callable[[str], str | None]) -> Webhook:
    changed = {name: change(value) if name in SIGNATURES else value for name, value in webhook.headers.items()}
    return webhook._replace(headers={name: value for name, value in changed.items() if value is not None})


def unsigned(platform: Platform, number: int) -> Webhook:
    return with_signature(genuine(platform, number), lambda _: None)


def signed_with(platform: Platform, number: int, secret: str) -> Webhook:
    return platform.webhook(genuine(platform, number).body, secret)


def of_another_channel(platform: Platform, number: int) -> Webhook:
    other = next(name for name in SIGNED_BY if name != platform.secret)
    return signed_with(platform, number, SECRETS[other])


def altered(platform: Platform, number: int) -> Webhook | str:
    sent = genuine(platform, number)
    return NOT_COVERED if platform.name == "Telegram" else sent._replace(body=sent.body.replace(WORDS.encode(), b"altered"))


def of_another_message(platform: Platform, number: int) -> Webhook | str:
    if platform.name == "Telegram":
        return NOT_COVERED
    return genuine(platform, number)._replace(headers=genuine(platform, number + 1).headers)


def former(platform: Platform, number: int) -> Webhook | str:
    """Messenger once signed with SHA-1; Slack once put a token into the body, where it still is."""
    sent = unsigned(platform, number)
    if platform.name == "Slack":
        return sent
    if platform.name != "Messenger":
        return "there is none"
    made = hmac.new(SECRETS[platform.secret].encode(), sent.body, hashlib.sha1).hexdigest()
    return sent._replace(headers={**sent.headers, "X-Hub-Signature": f"sha1={made}"})


def for_another_address(platform: Platform, number: int) -> Webhook | str:
    if platform.secret != "TWILIO_AUTH_TOKEN":
        return "the address is not covered"
    sent = genuine(platform, number)
    signed = twilio_signed(sent.body, SECRETS[platform.secret], "https://elsewhere.example/webhooks/twilio/webhook")
    return sent._replace(headers={**sent.headers, **signed})


def stale(platform: Platform, number: int) -> Webhook | str:
    if platform.name == "SMS":
        return "no time is signed: a replay"
    if platform.name == "Slack":
        sent = genuine(platform, number)
        return sent._replace(headers={**sent.headers, **slack_signed(sent.body, SECRETS[platform.secret], time.time() - 6 * 60)})
    return platform.says(f"{WORDS} {number}", number, at=time.time() - 3 * 24 * 3600)


def from_the_future(platform: Platform, number: int) -> Webhook | str:
    if platform.name != "Slack":
        return "no time is signed"
    sent = genuine(platform, number)
    return sent._replace(headers={**sent.headers, **slack_signed(sent.body, SECRETS[platform.secret], time.time() + 6 * 60)})


def with_a_new_time(platform: Platform, number: int) -> Webhook | str:
    if platform.name != "Slack":
        return "no time is signed"
    old = slack_signed(genuine(platform, number).body, SECRETS[platform.secret], time.time() - 3600)
    sent = genuine(platform, number)
    return sent._replace(headers={**sent.headers, "X-Slack-Signature": old["X-Slack-Signature"]})


def huge(platform: Platform, number: int) -> Webhook:
    return platform.says(WORDS * 10_000, number)


def of_another_type(platform: Platform, number: int) -> Webhook:
    sent = genuine(platform, number)
    return sent._replace(headers={**sent.headers, "Content-Type": "text/plain"})


def by(method: str) -> Make:
    return lambda platform, number: genuine(platform, number)._replace(method=method)


def unreadable(platform: Platform, number: int) -> Webhook:
    """Signed truly: what would come if the platform itself went wrong."""
    return platform.webhook(b"Body=" + WORDS.encode() if platform.name == "SMS" else b"[" * 50_000)


def nameless(platform: Platform, number: int) -> Webhook:
    """Signed truly, of the right shape, with nothing in it."""
    if platform.name == "Messenger":
        return platform.webhook(messenger_event({}, ""))
    return platform.webhook(b"" if platform.name == "SMS" else b"{}")


ATTACKS: dict[str, Make] = {
    "no signature": unsigned,
    "an empty signature": lambda platform, number: with_signature(genuine(platform, number), lambda _: ""),
    "half the signature": lambda platform, number: with_signature(genuine(platform, number), lambda value: value[: len(value) // 2]),
    "signed with another key": lambda platform, number: signed_with(platform, number, "another-key-of-these-tests"),
    "signed with another channel's secret": of_another_channel,
    "signed with no key": lambda platform, number: signed_with(platform, number, ""),
    "signed in the platform's former way": former,
    "signed for another address": for_another_address,
    "the body altered": altered,
    "the signature of another message": of_another_message,
    "sent once more (replay)": genuine,
    "replayed with a new time": with_a_new_time,
    "stale": stale,
    "from the future": from_the_future,
    "another content type": of_another_type,
    "GET": by("GET"),
    "PUT": by("PUT"),
    "DELETE": by("DELETE"),
    "a huge body": huge,
    "signed, but unreadable": unreadable,
    "signed, but empty": nameless,
}
AGAIN = "sent once more (replay)"


class Outcome(NamedTuple):
    """What an attack got: the status and body, how many messages were taken in; or why it was not tried."""

    status: int = 0
    body: bytes = b""
    taken_in: int = 0
    untried: str = ""

    def told(self) -> str:
        return self.untried or f"{self.status}, {'nothing done' if not self.taken_in else f'{self.taken_in} TAKEN IN'}"


Outcomes = dict[str, dict[str, Outcome]]  # by attack and platform


def try_all(server: Running) -> Outcomes:
    """Every attack on every channel."""
    tried: Outcomes = {}
    number = 1000
    for name, make in ATTACKS.items():
        tried[name] = {}
        for platform in ATTACKED:
            number += 10
            webhook = make(platform, number)
            if isinstance(webhook, str):
                tried[name][platform.name] = Outcome(untried=webhook)
                continue
            if name == AGAIN:
                server.receive(platform, webhook)
            before = server.taken_in()
            status, body = server.receive(platform, webhook)
            tried[name][platform.name] = Outcome(status, body, server.taken_in() - before)
    return tried


def measure() -> Outcomes:
    """What every attack gets from a server started for it."""
    with TemporaryDirectory() as folder, FakePlatforms() as fake, running(Path(folder), fake.base) as server:
        return try_all(server)


def table(tried: Outcomes) -> Iterator[str]:
    """The outcomes in Markdown."""
    names = [platform.name for platform in ATTACKED]
    yield f"| tried | {' | '.join(TITLES.get(name, name) for name in names)} |"
    yield f"|---|{'---|' * len(names)}"
    for attack, outcomes in tried.items():
        yield f"| {attack} | {' | '.join(outcomes[name].told() for name in names)} |"
