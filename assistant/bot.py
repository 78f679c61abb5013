"""Loads the trained bot with its endpoints, or says in one sentence why it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints
from rasa.engine.runner.dask import DaskGraphRunner

from assistant import paths
from assistant.components.action_endpoint import ActionEndpoint
from assistant.components.graph_runner import InOrderRunner
from assistant.ready import check_ready
from assistant.train import MODEL


def endpoints() -> AvailableEndpoints:
    """What endpoints.yml names."""
    named = AvailableEndpoints.read_endpoints(str(paths.ROOT / "endpoints.yml"))
    named.action = ActionEndpoint.of(named.action)
    return named


async def load_bot(model: Path = MODEL) -> Agent:
    """The bot, ready to answer.

    Raises:
        SystemExit: if there is no model, or content or the encoder is faulty.
    """
    check_ready(model)
    agent: Agent = await load_agent(model_path=str(model), endpoints=endpoints())
    if not agent.is_ready():
        sys.exit(f"{model.name}: Rasa could not load this model; run `make train`.")
    if isinstance(agent.processor.graph_runner, DaskGraphRunner):
        agent.processor.graph_runner = InOrderRunner.of(agent.processor.graph_runner)
    return agent
