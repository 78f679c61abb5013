"""Runs Rasa's prediction graph node by node, in an order worked out once."""

from __future__ import annotations

from typing import Any, TypeVar

from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

T = TypeVar("T")


class InOrderRunner:
    """Does for a loaded graph what `DaskGraphRunner` does, without planning anew three times in every turn.

    Dask is made for graphs that run in parallel; Rasa runs this one in a single thread, and before each run copies its schema and
    writes the whole conversation into a log line that is then not logged.
    """

    def __init__(self, nodes: dict[str, GraphNode], schema: GraphSchema) -> None:
        self._nodes = nodes
        self._schema = schema
        self._orders: dict[tuple[str, ...], list[str]] = {}

    @classmethod
    def of(cls, runner: DaskGraphRunner) -> InOrderRunner:
        """A runner of the same instantiated nodes."""
        return cls(runner._instantiated_nodes, runner._graph_schema)

    def component(self, kind: type[T]) -> T:
        """The component of a class.

        Raises:
            LookupError: if there is none, or Rasa keeps them elsewhere.
        """
        for node in self._nodes.values():
            if isinstance(found := getattr(node, "_component", None), kind):
                return found
        raise LookupError(f"no component of the graph is a {kind.__name__}")

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the target nodes, by name; nothing is run that they do not need."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        results = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in self._orders[wanted]:
            results[name] = self._nodes[name](*(results[need] for need in self._schema.nodes[name].needs.values()))
        return {name: results[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> list[str]:
        order: list[str] = []

        def visit(name: str) -> None:
            # What is no node is an input of the run.
            if name in self._nodes and name not in order:
                for need in self._schema.nodes[name].needs.values():
                    visit(need)
                order.append(name)

        for target in targets:
            visit(target)
        return order
