"""The sentence encoder's model as a smaller graph that is multiplied in whole numbers: the same network in a third of the time.

The published file keeps its weights as int8 and spreads them out to float32 when it is loaded, 90 MB of them, and its three hundred nodes
are those that PyTorch wrote. Here the weights stay int8, activations are rounded to whole numbers of eight bits before each product
(DynamicQuantizeMatMul and QAttention of ONNX Runtime), and attention, activation and normalisation are one node each.

The weights lose their last bit: on processors without VNNI a product of eight bits by eight may overflow, and then the same sentence would
mean something else on another machine (ONNX Runtime's documentation, "Quantize ONNX Models", `reduce_range`). What it costs is in
docs/decisions/0017-whole-numbers.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

VERSION = 1  # of the graph: what was made by another is made anew
HEADS = 12
LAYERS = 6
EPSILON = 1e-12
CONTRIBUTED = "com.microsoft"  # where ONNX Runtime's own operators are


class _Graph:
    """The nodes and constants of a graph that is being written."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add a constant; returns its name."""
        from onnx.numpy_helper import from_array

        self.constants.append(from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> str:
        """Add a node; returns the name of its first output."""
        from onnx.helper import make_node

        self.nodes.append(make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]


class _Weights:
    """What the published file holds, by the names of the parameters of BERT."""

    def __init__(self, model: ModelProto) -> None:
        from onnx.numpy_helper import to_array

        self._arrays = {tensor.name.removeprefix("inner."): to_array(tensor) for tensor in model.graph.initializer}
        made_by = {output: node for node in model.graph.node for output in node.output}
        self._matrices: dict[str, str] = {}
        # The matrices have lost their names: each is found by the bias that is added to its product.
        for node in model.graph.node:
            if node.op_type == "Add":
                for bias, product in (node.input, reversed(node.input)):
                    name, source = bias.removeprefix("inner."), made_by.get(product)
                    if name.endswith(".bias") and name in self._arrays and source is not None and source.op_type == "MatMul":
                        self._matrices[name.removesuffix(".bias")] = source.input[1]

    def vector(self, name: str) -> np.ndarray:
        """A parameter that is not rounded."""
        return self._arrays[name]

    def table(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The int8 rows of an embedding table, and the scale of each."""
        return self._arrays[f"{name}.weight_q"], self._arrays[f"{name}.weight_scale"]

    def matrix(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The matrix of a layer in seven bits, and the scale of each column."""
        stored = self._matrices[name]
        rounded, scale = self._arrays[f"{stored}_q"], self._arrays[f"{stored}_scale"]
        halved = np.clip(np.round(rounded.astype(np.float32) / 2), -64, 63).astype(np.int8)
        return halved, (scale.reshape(-1) * 2).astype(np.float32)


def compact(model: bytes) -> bytes:
    """The compact form of the published model file, tuned or not.

    Its input is `input_ids`, int64 of shape (1, tokens), and `position_ids`, int64 of shape (tokens,): one sentence, because rounding is
    by the largest activation and sentences side by side would change each other. Its output is `embedding`, float32 of shape (1, 384):
    the mean over the tokens, of length 1.

    Raises:
        KeyError: if the file is not the published network.
    """
    import onnx
    from onnx.helper import make_graph, make_model, make_opsetid, make_tensor_value_info

    weights, graph = _Weights(onnx.load_from_string(model)), _Graph()
    hidden = _embedded(graph, weights)
    for layer in range(LAYERS):
        hidden = _layer(graph, weights, layer, hidden)
    graph.node("ReduceMean", [hidden, graph.constant("over_tokens", np.array([1]))], ["mean"], keepdims=0)
    graph.node("LpNormalization", ["mean"], ["embedding"], axis=-1, p=2)
    inputs = [
        make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "tokens"]),
        make_tensor_value_info("position_ids", onnx.TensorProto.INT64, ["tokens"]),
    ]
    outputs = [make_tensor_value_info("embedding", onnx.TensorProto.FLOAT, [1, 384])]
    whole = make_graph(graph.nodes, "sentence encoder", inputs, outputs, graph.constants)
    made = make_model(whole, opset_imports=[make_opsetid("", 18), make_opsetid(CONTRIBUTED, 1)], ir_version=9)
    return bytes(made.SerializeToString(deterministic=True))


def _embedded(graph: _Graph, weights: _Weights) -> str:
    from onnx import TensorProto

    rows, scales = weights.table("embeddings.word_embeddings")
    graph.node("Gather", [graph.constant("words", rows), "input_ids"], ["rounded"])
    graph.node("Cast", ["rounded"], ["whole"], to=TensorProto.FLOAT)
    graph.node("Gather", [graph.constant("word_scales", scales), "input_ids"], ["scale"])
    graph.node("Mul", ["whole", "scale"], ["word"])
    rows, scales = weights.table("embeddings.position_embeddings")
    # Every token is of the first of BERT's two segments.
    places = rows.astype(np.float32) * scales + weights.vector("embeddings.token_type_embeddings.weight")[0]
    graph.node("Gather", [graph.constant("places", places.astype(np.float32)), "position_ids"], ["place"])
    graph.node("Add", ["word", "place"], ["placed"])
    norm = [graph.constant(f"embeddings_{name}", weights.vector(f"embeddings.LayerNorm.{name}")) for name in ("weight", "bias")]
    return graph.node("LayerNormalization", ["placed", *norm], ["hidden"], axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, weights: _Weights, number: int, hidden: str) -> str:
    of, here = f"encoder.layer.{number}", f"layer_{number}"
    parts = [f"{of}.attention.self.{part}" for part in ("query", "key", "value")]
    matrices, scales = zip(*map(weights.matrix, parts))
    graph.node("DynamicQuantizeLinear", [hidden], [f"{here}_in", f"{here}_in_scale", f"{here}_in_zero"])
    attended = [
        f"{here}_in",
        graph.constant(f"{here}_attention", np.concatenate(matrices, axis=1)),
        graph.constant(f"{here}_attention_bias", np.concatenate([weights.vector(f"{part}.bias") for part in parts])),
        f"{here}_in_scale",
        graph.constant(f"{here}_attention_scale", np.concatenate(scales)),
        "",
        f"{here}_in_zero",
    ]
    graph.node("QAttention", attended, [f"{here}_attended"], CONTRIBUTED, num_heads=HEADS)
    _product(graph, weights, f"{of}.attention.output.dense", f"{here}_attended", f"{here}_mixed")
    added = _normalised(graph, weights, f"{of}.attention.output.LayerNorm", hidden, f"{here}_mixed", f"{here}_middle")
    _product(graph, weights, f"{of}.intermediate.dense", added, f"{here}_wide", with_bias=False)
    bias = graph.constant(f"{here}_wide_bias", weights.vector(f"{of}.intermediate.dense.bias"))
    graph.node("BiasGelu", [f"{here}_wide", bias], [f"{here}_active"], CONTRIBUTED)
    _product(graph, weights, f"{of}.output.dense", f"{here}_active", f"{here}_narrow")
    return _normalised(graph, weights, f"{of}.output.LayerNorm", added, f"{here}_narrow", f"{here}_out")


def _product(graph: _Graph, weights: _Weights, name: str, given: str, output: str, with_bias: bool = True) -> str:
    matrix, scale = weights.matrix(name)
    inputs = [given, graph.constant(f"{output}_matrix", matrix), graph.constant(f"{output}_scale", scale)]
    if with_bias:
        inputs += ["", graph.constant(f"{output}_bias", weights.vector(f"{name}.bias"))]
    return graph.node("DynamicQuantizeMatMul", inputs, [output], CONTRIBUTED)


def _normalised(graph: _Graph, weights: _Weights, name: str, given: str, added: str, output: str) -> str:
    norm = [graph.constant(f"{output}_{part}", weights.vector(f"{name}.{part}")) for part in ("weight", "bias")]
    return graph.node("SkipLayerNormalization", [given, added, *norm], [output], CONTRIBUTED, epsilon=EPSILON)
