"""The policy remembers, and says what RulePolicy would say."""

from __future__ import annotations

import asyncio
import json

from rasa.core.channels.channel import UserMessage
from rasa.core.policies.rule_policy import RulePolicy

from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.components.rules import Rules, situation_of
from assistant.paths import ROOT


def test_in_every_situation_of_many_conversations_it_predicts_what_rule_policy_does(monkeypatch):
    remembering, checked = Rules.predict_action_probabilities, 0

    def both(policy, tracker, domain, rule_only_data=None, **more):
        nonlocal checked
        said = remembering(policy, tracker, domain, rule_only_data, **more)
        fresh = RulePolicy.predict_action_probabilities(policy, tracker, domain, rule_only_data, **more)
        assert said == fresh
        checked += situation_of(tracker) in policy._remembered
        return said

    monkeypatch.setattr(Rules, "predict_action_probabilities", both)
    lines = (ROOT / "tests" / "heldout" / "conversations.jsonl").read_text().splitlines()
    messages = [turn if isinstance(turn, str) else turn["text"] for line in lines[:30] for turn in json.loads(line)["turns"]]

    async def talk():
        bot = await load_bot(keeps=False)
        for number, message in enumerate([*messages, "my chest hurts when i breathe after needling", "/faq", "?"]):
            await bot.handle_message(UserMessage(message, ContractOutput(), f"conversation {number // 8}"))

    asyncio.run(talk())
    assert checked > 2 * len(messages)
