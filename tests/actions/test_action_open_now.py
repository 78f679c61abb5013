from __future__ import annotations

import re
import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_open_now import ActionOpenNow
from assistant import paths
from assistant.content.clinic import Clinic
from assistant.content.opening import open_now
from assistant.content.reply import Reply

TRACKER = Tracker("someone", {}, {}, [], False, None, {}, None)


def at(day, clock):
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A copy of the real profile, from which the action reads."""
    path = tmp_path / "clinic.yml"
    shutil.copy(paths.ROOT / "clinic.yml", path)
    monkeypatch.setattr(paths, "CLINIC", path)
    return path


def messages_of(action):
    dispatcher = CollectingDispatcher()
    assert action.run(dispatcher, TRACKER, {}) == []
    return dispatcher.messages


def test_the_message_has_the_fields_of_the_contract(profile, monkeypatch):
    monkeypatch.setattr(Clinic, "now", lambda clinic: datetime(2026, 11, 23, 10, tzinfo=clinic.timezone))
    action = ActionOpenNow()
    (message,) = messages_of(action)
    assert set(Reply.__annotations__) <= set(message)
    assert message["text"] == open_now(action._clinic, action._clinic.now())
    assert message["kind"] == "answer"
    assert message["topics"] == ["hours_location"]
    assert [source["id"] for source in message["sources"]] == ["CLINIC"]
    assert all(source["title"] for source in message["sources"])
    assert message["reviewed"] == action._clinic.reviewed.isoformat()
    assert message["buttons"] == []


def test_the_message_goes_by_the_clock_on_the_clinic_wall(profile, monkeypatch):
    asked = []
    monkeypatch.setattr(Clinic, "now", lambda clinic: asked.append(clinic.timezone) or at("11-23", "10:00"))
    action = ActionOpenNow()
    messages_of(action)
    assert asked == [action._clinic.timezone]


def test_nothing_is_sent_where_the_profile_gives_no_hours(profile):
    text = profile.read_text(encoding="utf-8")
    profile.write_text(re.sub(r"^hours:.*\n(?:[ ].*\n)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert messages_of(ActionOpenNow()) == []


def test_a_profile_with_a_fault_ends_the_start_with_that_fault(profile):
    profile.write_text(profile.read_text(encoding="utf-8") + "\nfone: 1\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        ActionOpenNow()
    assert "'fone'" in str(ended.value)


def test_the_action_has_the_name_the_domain_calls_it_by(profile):
    assert f"- {ActionOpenNow().name()}\n" in (paths.ROOT / "domain.yml").read_text(encoding="utf-8")
