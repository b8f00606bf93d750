"""The Q/DQ pairs of a model in the names of the float model it was made of, whatever Casts lie between."""
from typing import NamedTuple

import numpy as np
import onnx
from onnx import numpy_helper


class Pair(NamedTuple):
    scale: np.ndarray
    zero_point: np.ndarray
    axis: int | None
    is_weight: bool
    folded: np.ndarray | None  # integers or FP8 before a DequantizeLinear alone


def qdq_pairs(model: onnx.ModelProto, original: onnx.ModelProto) -> dict:
    """{(tensor behind Q/DQ, consumer's op, its first output, input index): Pair}"""
    producers = {output: node for node in model.graph.node for output in node.output}
    consumers: dict = {}
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            consumers.setdefault(name, []).append((node, index))
    constants = _constants(model)
    cast_before = {node.output[0] for node in original.graph.node if node.op_type == "Cast"}

    def is_added_cast(node) -> bool:
        return node is not None and node.op_type == "Cast" and node.output[0] not in cast_before

    def source(name: str) -> str:
        while is_added_cast(producers.get(name)):
            name = producers[name].input[0]
        return name

    names = set(_tensor_names(original))

    def original_name(name: str) -> str:
        below = [node.output[0] for node, _ in consumers.get(name, []) if is_added_cast(node)]
        return name if name in names else next((n for n in below if n in names), name)

    def readers(name: str):
        for node, index in consumers.get(name, []):
            if is_added_cast(node) and node.output[0] not in names:
                yield from readers(node.output[0])
            elif is_added_cast(node):
                yield "output", node.output[0], 0
            else:
                yield node.op_type, original_name(node.output[0]), index

    found = {}
    for dq in model.graph.node:
        if dq.op_type != "DequantizeLinear":
            continue
        folded = constants.get(dq.input[0])
        q = producers.get(dq.input[0])
        behind = dq.input[0] if folded is not None else original_name(source(q.input[0]))
        scale, zero_point = constants[dq.input[1]], constants[dq.input[2]]
        if q is not None and not np.array_equal(constants[q.input[1]], scale):
            raise ValueError(f"{dq.name}: Q and DQ have different scales")
        axis = next((a.i for a in dq.attribute if a.name == "axis"), None) if scale.size > 1 else None
        is_weight = folded is not None or source(q.input[0]) in constants
        for op, output, index in readers(dq.output[0]):
            found[behind, op, output, index] = Pair(scale, zero_point, axis, is_weight, folded)
    return found


def _constants(model: onnx.ModelProto) -> dict:
    initializers = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == "Constant"]
    return initializers | {node.output[0]: numpy_helper.to_array(node.attribute[0].t) for node in nodes}


def _tensor_names(model: onnx.ModelProto):
    yield from (value.name for value in [*model.graph.input, *model.graph.initializer])
    yield from (output for node in model.graph.node for output in node.output)
