"""What the real ModelOpt makes of the models of test/fixtures/onnx-zoo and of the demo: every Q/DQ pair, its scales and its readers.

    python test/golden/make_modelopt_onnx.py [MODEL[.CASE] …]    makes the cases of test/golden/modelopt-onnx/MODEL.json anew

and, in MODEL.npz, under CASE/OUTPUT, what its model answers to the first batch of the data. ZEROPOINT_RUNTIME_PYTHON names a
Python with numpy and onnxruntime 1.32.0, which computes them: the 1.24 that ModelOpt needs truncates where it quantizes
float16. Without it the outputs are left as they are.

A case is a name with the keyword arguments of `quantize` as its `options`; a new one is written into the file by hand,
with its options alone. Needs nvidia-modelopt 0.47.0 with its ONNX parts (npm run test:interop makes such an
environment). One process for each case: the tool patches onnxruntime globally.
"""
import hashlib, json, multiprocessing, os, subprocess, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
GOLDEN = HERE / "modelopt-onnx"
DEMO = ("digits-cnn", "digits-vit")
ADDED = {"QuantizeLinear", "DequantizeLinear", "Cast", "Constant", "Identity"}


def files(name):
    if name in DEMO:
        return FIXTURES / "demo" / f"{name}.onnx", FIXTURES / "demo" / "calibration.npz"
    return FIXTURES / "onnx-zoo" / f"{name}.onnx", FIXTURES / "onnx-zoo" / f"{name}.npz"


def odd(what, data):
    """Calibration data as the case describes it."""
    import numpy as np

    first = next(iter(data))

    def with_value(value):
        changed = {name: array.copy() for name, array in data.items()}
        changed[first][5].flat[0] = value
        return changed

    return {
        "not given": lambda: None,
        "a path instead of arrays": lambda: "data.npz",
        "float64 arrays": lambda: {name: array.astype(np.float64) for name, array in data.items()},
        "one inf in sample 5": lambda: with_value(np.inf),
        "one NaN in sample 5": lambda: with_value(np.nan),
        "one sample for a static batch of 4": lambda: {name: array[:1] for name, array in data.items()},
        "last dimension one too small": lambda: {name: array[..., :-1] for name, array in data.items()},
        "dict with a wrong key": lambda: {f"wrong_{name}": array for name, array in data.items()},
        "dict with an additional key": lambda: {**data, "additional": data[first]},
        "one array for a model with several inputs": lambda: data[first],
    }[what]()


class Graph:
    """A quantized model, seen by the names of the float one; Casts that were added are seen through."""

    def __init__(self, model, original):
        import onnx

        graph, first = model.graph, original.graph
        self.nodes = list(graph.node)
        self.outputs = [port.name for port in graph.output]
        self.makers = {output: node for node in self.nodes for output in node.output}
        self.readers = {}
        for node in self.nodes:
            for index, tensor in enumerate(node.input):
                self.readers.setdefault(tensor, []).append((node, index))
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        for node in self.nodes:
            if node.op_type == "Constant" and node.attribute and node.attribute[0].type == onnx.AttributeProto.TENSOR:
                self.constants[node.output[0]] = node.attribute[0].t
        self.known = {t for node in first.node for t in node.output} | {port.name for port in first.input} | {t.name for t in first.initializer}
        self.casts = {node.output[0] for node in first.node if node.op_type == "Cast"}
        self.names = {node.name for node in first.node if node.name}

    def added(self, node):
        return node is not None and node.op_type == "Cast" and node.output[0] not in self.casts and node.name not in self.names

    def name(self, tensor):
        while self.added(self.makers.get(tensor)):
            tensor = self.makers[tensor].input[0]
        if tensor in self.known:
            return tensor
        for node, _ in self.readers.get(tensor, []):
            if self.added(node) and node.output[0] in self.outputs:
                return node.output[0]
        return tensor.removesuffix("_QuantizeLinear_Input")

    def reads(self, tensor):
        for node, index in self.readers.get(tensor, []):
            if self.added(node) and node.output[0] not in self.outputs:
                yield from self.reads(node.output[0])
            else:
                yield f"{node.op_type} {self.name(node.output[0])} {index}"
        if tensor in self.outputs:
            yield f"graph output {tensor} 0"

    def is_constant(self, tensor):
        maker = self.makers.get(tensor)
        inputs = [t for t in maker.input if t] if maker is not None else []
        return tensor in self.constants or (bool(inputs) and maker.op_type != "DequantizeLinear" and all(map(self.is_constant, inputs)))


def describe(model, original):
    import onnx
    from onnx import helper, numpy_helper

    graph = Graph(model, original)
    word = lambda code: onnx.TensorProto.DataType.Name(code).lower()
    raw = lambda tensor: tensor.raw_data or numpy_helper.to_array(tensor).tobytes()
    attribute = lambda node, name: next((helper.get_attribute_value(a) for a in node.attribute if a.name == name), None)
    betas = {node.output[0]: attribute(node, "beta") for node in original.graph.node if node.op_type == "Gemm"}

    def pair(node):
        quantize = graph.makers.get(node.input[0])
        if quantize is not None and quantize.op_type == "Cast":
            quantize = graph.makers.get(quantize.input[0])
        source = quantize.input[0] if quantize is not None and quantize.op_type == "QuantizeLinear" else None
        stored = graph.constants.get(node.input[0]) if source is None else None
        scale, zero = graph.constants[node.input[1]], graph.constants.get(node.input[2])
        data = raw(scale)
        width = 4 if scale.data_type == onnx.TensorProto.FLOAT else 2
        bits = [data[at:at + width][::-1].hex() for at in range(0, len(data), width)]
        found = {
            "tensor": node.input[0] if source is None else graph.name(source), "reads": sorted(graph.reads(node.output[0])),
            "scale": {"repeat": len(bits), "value": bits[0]} if len(bits) > 1 and len(set(bits)) == 1 else "".join(bits),
            "dtype": word(scale.data_type), "shape": list(scale.dims),
            "zero": None if zero is None else word(zero.data_type) + (" not zero" if any(raw(zero)) else ""),
        }
        if attribute(node, "axis") is not None:
            found["axis"] = attribute(node, "axis")
        if stored is not None if source is None else graph.is_constant(source):
            found["weight"] = True
        if stored is not None:
            found["folded"] = {"dtype": word(stored.data_type), "shape": list(stored.dims), "sha256": hashlib.sha256(raw(stored)).hexdigest()}
        elif source is None:
            found["lone"] = True
        return found

    ports = lambda list: {port.name: word(port.type.tensor_type.elem_type) for port in list}
    kinds = sorted(node.op_type for node in graph.nodes if node.op_type not in ADDED)
    changed = {graph.name(node.output[0]): attribute(node, "beta") for node in graph.nodes if node.op_type == "Gemm"}
    pairs = [pair(node) for node in graph.nodes if node.op_type == "DequantizeLinear"]
    return {
        "opset": next(o.version for o in model.opset_import if o.domain == ""), "ir": model.ir_version,
        "inputs": ports(model.graph.input), "outputs": ports(model.graph.output),
        "ops": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        "betas": {name: beta for name, beta in changed.items() if name in betas and beta != betas[name]},
        "pairs": sorted(pairs, key=lambda p: (p.get("weight", False), p["tensor"], p["reads"])),
    }


def first_batch(data, model):
    """As ModelOpt cuts the data, in the types of the model's inputs: integers where `direct_io_types` took its QuantizeLinear."""
    import numpy as np
    from onnx import TensorProto, numpy_helper

    ports = {port.name: port.type.tensor_type for port in model.graph.input}
    first = min(data)
    fixed = ports[first].shape.dim[0].dim_value or 1
    count = len(data[first]) // fixed

    def fit(name, array):
        kind = ports[name].elem_type
        if kind == TensorProto.FLOAT16:
            return array.astype(np.float16)
        if kind != TensorProto.INT8:
            return array
        reader = next(node for node in model.graph.node if name in node.input)
        scale = next(numpy_helper.to_array(tensor) for tensor in model.graph.initializer if tensor.name == reader.input[1])
        return np.clip(np.rint(array / np.float32(scale)), -128, 127).astype(np.int8)

    return {name: fit(name, np.array_split(array, count)[0]) for name, array in data.items()}


RUN = """
import sys, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
numpy.savez(sys.argv[3], **dict(zip(names, session.run(names, dict(numpy.load(sys.argv[2]))))))
"""


def answers(output, data):
    """None where the model cannot be computed (bfloat16 has no kernels) or no Python is there for it."""
    import numpy as np, onnx

    python = os.environ.get("ZEROPOINT_RUNTIME_PYTHON")
    if not python:
        return None
    with tempfile.TemporaryDirectory() as folder:
        feeds, found = os.path.join(folder, "feeds.npz"), os.path.join(folder, "found.npz")
        np.savez(feeds, **first_batch(data, onnx.load(output)))
        done = subprocess.run([python, "-c", RUN, output, feeds, found], capture_output=True, text=True)
        return dict(np.load(found)) if done.returncode == 0 else None


def keep_answers(path, made):
    """Those of cases that were not made stay."""
    import numpy as np

    kept = dict(np.load(path)) if path.exists() else {}
    for case, found in made.items():
        kept = {key: array for key, array in kept.items() if key.split("/")[0] != case}
        kept.update({f"{case}/{output}": array for output, array in found.items()})
    if made:
        np.savez_compressed(path, **kept)


def make(job):
    name, options = job
    import numpy as np, onnx
    from modelopt.onnx.quantization import quantize

    original, samples = files(name)
    data = {key: value for key, value in np.load(samples).items() if key != "labels"}
    arguments = {key: value for key, value in options.items() if key != "calibration_data"}
    if "calibration_data" in options:
        data = odd(options["calibration_data"], data)
    with tempfile.TemporaryDirectory() as folder:
        for path in original.parent.glob(f"{original.name}*"):
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        output = os.path.join(folder, "out.onnx")
        try:
            quantize(os.path.join(folder, original.name), calibration_data=data, calibration_eps=["cpu"], output_path=output, **arguments)
        except Exception as error:
            return {"options": options, "error": f"{type(error).__name__}: {error}"[:200]}, None
        found = answers(output, {key: value for key, value in np.load(samples).items() if key != "labels"})
        return {"options": options, **describe(onnx.load(output), onnx.load(str(original)))}, found


if __name__ == "__main__":
    wanted = sys.argv[1:] or [path.stem for path in sorted(GOLDEN.glob("*.json"))]
    for model in dict.fromkeys(word.split(".")[0] for word in wanted):
        path = GOLDEN / f"{model}.json"
        cases = json.loads(path.read_text())
        chosen = [case for case in cases if model in wanted or f"{model}.{case}" in wanted]
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            made = pool.map(make, [(model, cases[case]["options"]) for case in chosen], chunksize=1)
        cases.update({case: found for case, (found, _) in zip(chosen, made)})
        keep_answers(GOLDEN / f"{model}.npz", {case: found for case, (_, found) in zip(chosen, made) if found is not None})
        lines = ",\n".join(f"{json.dumps(case)}: {json.dumps(found, separators=(',', ':'))}" for case, found in cases.items())
        path.write_text("{\n" + lines + "\n}\n")
