"""The runner of the prediction graph gives what Rasa's own gives, and runs nothing it need not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant.components.graph_runner import InOrderRunner


@pytest.fixture
def ran():
    return []


@pytest.fixture
def runner(ran):
    """first <- input; second <- first, input; other <- input."""
    needs = {"first": {"x": "input"}, "second": {"a": "first", "b": "input"}, "other": {"x": "input"}}

    def node(name):
        def call(*given):
            ran.append(name)
            return name, f"{name}({', '.join(value for _, value in given)})"

        return call

    schema = SimpleNamespace(nodes={name: SimpleNamespace(needs=need) for name, need in needs.items()}, target_names=["second", "other"])
    return InOrderRunner({name: node(name) for name in needs}, schema)


def test_a_node_gets_what_it_needs_in_the_order_it_names_it(runner):
    assert runner.run({"input": "message"}, ["second"]) == {"second": "second(first(message), message)"}


def test_nothing_is_run_that_the_targets_do_not_need_and_nothing_twice(runner, ran):
    runner.run({"input": "message"}, ["second", "first"])
    assert ran == ["first", "second"]


def test_without_targets_those_of_the_graph_are_run(runner):
    assert set(runner.run({"input": "message"})) == {"second", "other"}


def test_one_run_leaves_nothing_for_the_next(runner):
    runner.run({"input": "one"}, ["first"])
    assert runner.run({"input": "two"}, ["first"]) == {"first": "first(two)"}


def test_a_component_is_found_by_its_class():
    class Embedder:
        pass

    embedder = Embedder()
    runner = InOrderRunner({"other": SimpleNamespace(_component=object()), "one": SimpleNamespace(_component=embedder)}, SimpleNamespace())
    assert runner.component(Embedder) is embedder
    with pytest.raises(LookupError, match="Embedder"):
        InOrderRunner({}, SimpleNamespace()).component(Embedder)
