"""Whole conversations and held-out questions, run through the trained bot by Rasa's own tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.core.test import test as run_stories
from rasa.nlu.test import run_evaluation
from ruamel.yaml import YAML

from assistant import logs
from assistant.bot import load_bot

HERE = Path(__file__).parent
CONVERSATIONS = HERE / "conversations"
HELD_OUT = HERE / "heldout" / "questions.yml"


def read(path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bot():
    logs.configure()
    return asyncio.run(load_bot(keeps=False))


def test_every_conversation_goes_as_written(bot, tmp_path):
    written = sum(len(read(path)["stories"]) for path in CONVERSATIONS.glob("*.yml"))
    result = asyncio.run(run_stories(str(CONVERSATIONS), bot, e2e=True, out_directory=str(tmp_path), disable_plotting=True))
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    conversations = result["report"]["conversation_accuracy"]
    assert conversations["total"] == written > 60
    assert conversations["correct"] == written, failed


def test_held_out_questions_are_understood(bot, tmp_path):
    written = sum(len(entry["examples"].splitlines()) for entry in read(HELD_OUT)["nlu"])
    result = asyncio.run(run_evaluation(str(HELD_OUT), bot.processor, str(tmp_path), errors=True, disable_plotting=True))
    predictions = result["intent_evaluation"]["predictions"]
    topics = result["response_selection_evaluation"]["predictions"]
    assert len(predictions) == written > 350
    assert sum(prediction["intent"] == prediction["predicted"] for prediction in predictions) / written >= 0.93
    assert sum(topic["intent_response_key_target"] == topic["intent_response_key_prediction"] for topic in topics) / len(topics) >= 0.92
