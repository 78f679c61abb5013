"""The action server as the bot reaches it: one that is down costs the patient an apology with the phone number, and never silence.

Rasa logs the failure of a custom action and says nothing; in a form that would leave the patient waiting for ever.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from assistant.call_backs import requests
from assistant.call_backs.values import ending
from assistant.components.topic_classifier import CANCEL, INFORM
from assistant.storage.database import StorageError, database
from assistant.understanding.decision import CALL_BACK

LOG = logging.getLogger(__name__)
LONGEST_WAIT = 5.0  # seconds; a patient waits for it
VALIDATE, DROP = "validate_call_back_form", "action_drop_call_back"
NOTHING: dict[str, Any] = {"events": [], "responses": []}


class ActionEndpoint(EndpointConfig):
    """Asks the action server, where that is needed at all, and answers itself where it does not."""

    @classmethod
    def of(cls, endpoint: EndpointConfig) -> ActionEndpoint:
        """The endpoint that endpoints.yml names."""
        return cls(
            endpoint.url, endpoint.params, endpoint.headers, endpoint.basic_auth, endpoint.token, endpoint.token_name, endpoint.cafile
        )

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The action server's answer, or what is done without it."""
        call = kwargs.get("json") or {}
        latest = (call.get("tracker") or {}).get("latest_message") or {}
        intent = (latest.get("intent") or {}).get("name")
        if call.get("next_action") == VALIDATE and intent not in (CALL_BACK, INFORM):
            return NOTHING  # a question asked while the form asks: there is no value to look at
        try:
            return await super().request(method, subpath, content_type, compress, **{**kwargs, "timeout": LONGEST_WAIT})
        except (aiohttp.ClientError, ClientResponseError, asyncio.TimeoutError, OSError) as error:
            LOG.error("The action server did not run %s: %s.", call.get("next_action"), type(error).__name__)
            return _without(str(call.get("next_action")), call.get("tracker") or {}, intent)


def _without(action: str, tracker: dict[str, Any], intent: str | None) -> dict[str, Any]:
    """What is done where an action could not be: the form ends, its draft goes, and the patient is told how to reach somebody."""
    if CALL_BACK not in action:
        return NOTHING
    conversation, said = str(tracker.get("sender_id")), "utter_call_back_failed"
    if (tracker.get("active_loop") or {}).get("name"):
        try:
            had_draft = requests.drop(database(), conversation)
            if intent == CANCEL:
                said = "utter_call_back_cancelled"
            elif not had_draft and requests.is_waiting(database(), conversation):
                said = "utter_call_back_done"  # it was finished before its action server could say so
        except StorageError as error:
            LOG.error("A draft of a request to be called back could not be deleted: %s", error)
    # After a safety text nothing is said.
    return {"events": ending(), "responses": [] if action == DROP else [{"response": said}]}
