"""The reply contract: what every message of the bot carries for whoever reads JSON."""

from __future__ import annotations

from typing import TypedDict

ASK_TO_CALL = "Please call me back"  # what the button sends that offers a call back


class SourceNote(TypedDict):
    """A source shown under an answer."""

    id: str
    title: str


class Button(TypedDict):
    """A stored question to choose; its payload is the question itself, so it works as typed text everywhere."""

    title: str
    payload: str
    topic: str


class Reply(TypedDict):
    """One message. `reviewed` is the date its text was last checked, or an empty string where it states no fact."""

    text: str
    kind: str
    topics: list[str]
    sources: list[SourceNote]
    reviewed: str
    buttons: list[Button]


class SeveralReplies(Reply):
    """Several messages as one; `parts` are the messages."""

    parts: list[Reply]


def call_back_button() -> Button:
    """Offers that the clinic calls back."""
    return Button(title="Ask us to call you back", payload=ASK_TO_CALL, topic="talk_to_person")


def messages_of(message: dict[str, object]) -> list[Reply]:
    """The messages that a Rasa bot message stands for, in the contract's fields."""
    parts = message.get("parts")
    return [contract_of(part) for part in parts] if isinstance(parts, list) else [contract_of(message)]


def contract_of(message: dict[str, object]) -> Reply:
    """The contract's fields of a Rasa bot message, whichever action it came from."""
    return Reply(
        text=str(message.get("text") or ""),
        kind=str(message.get("kind") or "answer"),
        topics=list(message.get("topics") or []),  # type: ignore[call-overload]
        sources=list(message.get("sources") or []),  # type: ignore[call-overload]
        reviewed=str(message.get("reviewed") or ""),
        buttons=list(message.get("buttons") or []),  # type: ignore[call-overload]
    )
