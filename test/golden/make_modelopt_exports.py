"""How the real ModelOpt exports the networks of test/interop/parity_nets.py once they are fake-quantized:

    python test/golden/make_modelopt_exports.py test/fixtures/modelopt-nets/onnx-export

For each: the ONNX as `torch.onnx.export` writes it, or ModelOpt's deployment, and where its Q/DQ pairs are.
"""
import contextlib
import io
import json
import os
import pathlib
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))

import numpy as np
import onnx
import torch
from parity_cases import quantize
from parity_nets import arguments, evaluation

with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    from modelopt.torch._deploy.utils import OnnxBytes, get_onnx_bytes_and_metadata

torch.set_num_threads(1)

NETWORKS = [
    *(("convbn", case) for case in ("int8", "fp8", "tao-linear")),
    *(("mlp", "fp8"), ("vit", "int8"), ("vit", "fp8"), ("unet", "int8")),
]


def main(folder):
    folder.mkdir(exist_ok=True)
    for name, case in NETWORKS:
        for how, export in (("torch", plain), ("deploy", deployed)):
            path = folder / f"{name}.{case}.{how}.onnx"
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                export(quantize(name, case), evaluation(name), path)
            rows = placements(onnx.load(path).graph)
            path.with_suffix(".placements.json").write_text(json.dumps(rows, separators=(",", ":")) + "\n")


def plain(net, sample, path):
    torch.onnx.export(
        net,
        arguments(sample),
        str(path),
        dynamo=False,
        opset_version=19,
        input_names=list(sample),
        output_names=["output"],
        dynamic_axes={key: {0: "batch"} for key in [*sample, "output"]},
    )


def deployed(net, sample, path):
    packed, _ = get_onnx_bytes_and_metadata(net, arguments(sample), model_name="net", dynamo_export=False)
    (content,) = OnnxBytes.from_bytes(packed).onnx_model.values()
    path.write_bytes(content)


def placements(graph):
    """A row for each tensor that a Q/DQ pair stands on, or a DQ alone where the values are stored quantized."""
    producers = {output: node for node in graph.node for output in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    constants.update({node.output[0]: node.attribute[0].t for node in graph.node if node.op_type == "Constant"})
    rows = []
    for node in graph.node:
        kind = node.op_type.removeprefix("TRT_FP8")
        if kind == "QuantizeLinear":
            ends = [end for end in consumers(graph, node.output[0]) if end["op"].endswith("DequantizeLinear")]
            outputs = [output for end in ends for output in end["outputs"]]
            rows.append({**row(node, producers, constants), "q": node.op_type, "stored": None, **read_by(graph, outputs)})
        elif kind == "DequantizeLinear" and node.input[0] in constants:
            stored = onnx.TensorProto.DataType.Name(constants[node.input[0]].data_type)
            rows.append({**row(node, producers, constants), "q": None, "stored": stored, **read_by(graph, node.output)})
    return rows


def row(node, producers, constants):
    tensor, scale, *zero_point = node.input
    producer = producers.get(tensor)
    scales = onnx.numpy_helper.to_array(constants[scale])
    axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), None)
    is_stored = node.op_type.endswith("DequantizeLinear")
    return {
        "tensor": tensor,
        "producer": None if producer is None else {"op": producer.op_type, "node": producer.name},
        "domain": node.domain,
        "axis": axis if scales.ndim > 0 else None,
        "zeroPoint": zero_point_type(zero_point[0], producers, constants) if zero_point and not is_stored else None,
        "scale": {"shape": list(scales.shape), "bytes": scales.astype("<f4").tobytes().hex()},
    }


def zero_point_type(name, producers, constants):
    if name in constants:
        return onnx.TensorProto.DataType.Name(constants[name].data_type)
    cast = producers[name]
    return onnx.TensorProto.DataType.Name(next(attribute.i for attribute in cast.attribute if attribute.name == "to"))


def read_by(graph, outputs):
    ends = [end for output in outputs for end in consumers(graph, output)]
    return {"consumers": [{key: end[key] for key in ("op", "node", "input")} for end in ends]}


def consumers(graph, tensor):
    return [
        {"op": node.op_type, "node": node.name, "input": index, "outputs": list(node.output)}
        for node in graph.node
        for index, name in enumerate(node.input)
        if name == tensor
    ]


main(pathlib.Path(sys.argv[1]))
