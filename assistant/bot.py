"""Loads the trained bot with its endpoints, or says in one sentence why it cannot."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.utils.endpoints import EndpointConfig

from assistant import paths
from assistant.channels.conversation import store_of
from assistant.components.action_endpoint import ActionEndpoint
from assistant.components.graph_runner import InOrderRunner
from assistant.components.own_actions import OwnActions
from assistant.components.tracker_store import ConversationStore
from assistant.ready import check_ready
from assistant.storage.database import Database
from assistant.train import MODEL

IN_MEMORY = "sqlite://"


def endpoints() -> AvailableEndpoints:
    """What endpoints.yml names, with the action server of ACTIONS_URL."""
    named = AvailableEndpoints.read_endpoints(str(paths.ROOT / "endpoints.yml"))
    if url := os.environ.get("ACTIONS_URL", ""):
        named.action = EndpointConfig(url)
    named.action = ActionEndpoint.of(named.action)
    return named


async def load_bot(model: Path = MODEL, keeps: bool = True) -> Agent:
    """The bot, ready to answer.

    Args:
        keeps: whether conversations outlive the process; otherwise they are held in memory.

    Raises:
        SystemExit: if there is no model, or content or the encoder is faulty.
    """
    check_ready(model)
    named = endpoints()
    named.action = own = OwnActions(named.action)
    if not keeps:
        named.tracker_store = ConversationStore(store=Database(IN_MEMORY))
    agent: Agent = await load_agent(model_path=str(model), endpoints=named)
    if not agent.is_ready():
        sys.exit(f"{model.name}: Rasa could not load this model; run `make train`.")
    own.store = store_of(agent)
    if isinstance(agent.processor.graph_runner, DaskGraphRunner):
        agent.processor.graph_runner = InOrderRunner.of(agent.processor.graph_runner)
    return agent
