"""Custom actions that run within the server: what is kept of a patient is told and deleted though the action server is down."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa.shared.core.events import Restarted
from rasa.utils.endpoints import EndpointConfig

from assistant.components.tracker_store import ConversationStore
from assistant.privacy.erasure import CHAT
from assistant.privacy.holdings import Holdings, holdings
from assistant.storage.database import StorageError

LOG = logging.getLogger(__name__)
TELL, FORGET = "action_my_data", "action_forget"


class OwnActions(EndpointConfig):
    """Runs our own actions, and has all others run by the endpoint that endpoints.yml names.

    Attributes:
        store: where the conversations are; set once the bot is loaded.
    """

    def __init__(self, others: EndpointConfig) -> None:
        super().__init__(others.url)
        self._others = others
        self.store: ConversationStore | None = None

    async def request(self, *arguments: Any, **named: Any) -> Any:
        """What the action server would answer, in Rasa's format."""
        call = named.get("json") or {}
        if self.store is None or call.get("next_action") not in (TELL, FORGET):
            return await self._others.request(*arguments, **named)
        own = self._told if call["next_action"] == TELL else self._forgotten
        try:
            return await own(self.store, str(call["sender_id"]))
        except StorageError as error:
            LOG.error("%s could not be done: %s", call["next_action"], error)
            return _said("utter_my_data_failed" if call["next_action"] == TELL else "utter_forget_failed")

    async def _told(self, store: ConversationStore, conversation: str) -> dict[str, Any]:
        kept = await asyncio.to_thread(holdings, store.database, conversation)
        return _said("utter_my_data", *(["utter_my_data_call_back"] if kept.call_back else []), kept=kept)

    async def _forgotten(self, store: ConversationStore, conversation: str) -> dict[str, Any]:
        kept = await asyncio.to_thread(store.forget, conversation, CHAT)
        said = _said("utter_forgotten", *(["utter_forgotten_call_back"] if kept.call_back else []), kept=kept)
        # Ends whatever was going on, such as a form; and the store keeps no turn in which it happened.
        return {**said, "events": [Restarted().as_dict()]}


def _said(*responses: str, kept: Holdings | None = None) -> dict[str, Any]:
    facts = {"chat.messages": _messages(kept.messages)} if kept else {}
    return {"events": [], "responses": [{"response": name, "facts": facts} for name in responses]}


def _messages(number: int) -> str:
    written = {0: "nothing yet", 1: "1 message of yours with my reply"}
    return written.get(number, f"{number} messages of yours with my replies")
