"""The components made as Rasa makes them, once; and the path of a message through them."""

from __future__ import annotations

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.components.conditions import Conditions
from assistant.components.red_flags import RedFlags
from assistant.components.spacy_document import SpacyDocument


@pytest.fixture(scope="session")
def graph(tmp_path_factory):
    """What Rasa hands to a component beside its configuration: storage, resource, context."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    return storage, Resource("component"), ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="session")
def create(graph):
    """Make a component with its default configuration."""
    return lambda component: component.create(component.get_default_config(), *graph)


@pytest.fixture(scope="session")
def spacy_document(create):
    return create(SpacyDocument)


@pytest.fixture(scope="session")
def red_flags(create):
    return create(RedFlags)


@pytest.fixture(scope="session")
def conditions(create):
    return create(Conditions)


@pytest.fixture(scope="session")
def read(spacy_document, red_flags, conditions):
    """A message as the topic classifier gets it."""

    def through(text):
        messages = [Message({TEXT: text})]
        for component in (spacy_document, red_flags, conditions):
            messages = component.process(messages)
        return messages[0]

    return through
