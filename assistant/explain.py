"""Why the assistant answered as it did, for an editor who wonders."""

from __future__ import annotations

from typing import Any

from rasa.core.agent import Agent


async def understood(agent: Agent, conversation: str) -> dict[str, Any]:
    """What was understood of the last message of a conversation, and by which rule: the parts it was read as, scores, complaints.

    Returns:
        `parts`, each with `text` (all of the message, where something was taken out of it), `label`, `why`, `in_context` (understood from
        the topic answered before), `outside` (probability) and `ranking`; `conditions` named; `red_flags` by id.
    """
    tracker = await agent.tracker_store.retrieve(conversation)
    message = tracker.latest_message.parse_data if tracker and tracker.latest_message else {}
    found = message.get("understanding", {})
    text = str(message.get("text") or "")
    return {
        "parts": [{"text": text[part.get("start") : part.get("end")], **_without(part, "start", "end")} for part in found.get("read", ())],
        "conditions": [entity["value"] for entity in message.get("entities", ())],
        "red_flags": found.get("red_flags", []),
    }


def as_text(explanation: dict[str, Any]) -> str:
    """An explanation in a few lines."""
    lines = []
    for part in explanation["parts"]:
        context = ", from the topic before" if part["in_context"] else ""
        lines.append(f'"{part["text"]}": {part["label"]}, because {part["why"]}{context}')
        ranking = ", ".join(f"{label} {share:.2f}" for label, share in part["ranking"])
        lines.append(f"    {ranking}; outside {part['outside']:.2f}" if ranking else f"    outside {part['outside']:.2f}")
    lines += [
        f"{name}: {', '.join(explanation[key])}" for name, key in (("complaints", "conditions"), ("signs", "red_flags")) if explanation[key]
    ]
    return "\n".join(f"  | {line}" for line in lines)


def _without(mapping: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}
