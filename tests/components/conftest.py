"""The components made as Rasa makes them, once; and the path of a message through them."""

from __future__ import annotations

from functools import partial

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.components import red_flags as with_red_flags
from assistant.components import topic_classifier as with_topic_classifier
from assistant.components.conditions import Conditions
from assistant.components.red_flags import RedFlags
from assistant.components.spacy_document import SpacyDocument
from assistant.safety.alarms import Alarm
from assistant.understanding.embeddings import of_examples


class Undecided:
    """A learned detector that neither raises an alarm nor denies one, so that the rules decide."""

    words = ()

    def alarms(self, texts, embeddings):
        assert embeddings.shape == (len(texts), 384)
        return [Alarm(0.1, "emergency") for _ in texts]


@pytest.fixture(scope="session", autouse=True)
def embeddings_kept(tmp_path_factory):
    """A training here leaves the embeddings of the real examples alone."""
    kept = tmp_path_factory.mktemp("embeddings") / "embeddings.npz"
    with pytest.MonkeyPatch.context() as patch:
        for module in (with_red_flags, with_topic_classifier):
            patch.setattr(module, "of_examples", partial(of_examples, kept=kept))
        yield


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
def red_flags(graph):
    """The component with a learned detector that leaves the verdict to the rules."""
    storage, resource, _ = graph
    return RedFlags(RedFlags.get_default_config(), storage, resource, Undecided())


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
