"""What ModelOpt's own steps after the Q/DQ insertion make of INT8 models: operators, inputs and outputs, every constant.

    python test/golden/make_onnx_precision.py [NAME …]   writes test/golden/onnx-precision/NAME.onnx, what the steps begin
                                                         with (INT8 pairs in float32, types inferred), and NAME.json

Needs nvidia-modelopt 0.47.0 with its ONNX parts (npm run test:interop makes such an environment).
"""
import collections, hashlib, json, multiprocessing, shutil, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ZOO = HERE.parent / "fixtures" / "onnx-zoo"
FOLDER = HERE / "onnx-precision"
# With the mode whose placement they have: FP8's quantizes the long attention, INT8's does not.
MODES = {"bert": "int8", "edge-values": "int8", "longseq": "fp8", "tied": "int8"}

HALF = {"float16": "fp16", "bfloat16": "bf16"}
CASES = {
    "float16": {"half": "float16"},
    "bfloat16": {"half": "bfloat16"},
    "float16 without MatMul, Relu, Add": {"half": "float16", "keptOps": ["MatMul", "Relu", "Add"]},
    "float16 without QuantizeLinear": {"half": "float16", "keptOps": ["QuantizeLinear"]},
    "float16 inputs and outputs": {"half": "float16", "directIo": True},
    "quantized inputs": {"directIo": True},
    "fp8": {"fp8": True},
    "fp8, float16": {"half": "float16", "fp8": True},
    "fp8, bfloat16": {"half": "bfloat16", "fp8": True},
    "fp8, float16, attention in float32": {"half": "float16", "fp8": True, "attention": True},
    "dq only": {"dqOnly": True},
    "dq only, float16": {"half": "float16", "dqOnly": True},
    "dq only, bfloat16": {"half": "bfloat16", "dqOnly": True},
    "dq only, fp8": {"fp8": True, "dqOnly": True},
    "dq only, fp8, float16": {"half": "float16", "fp8": True, "dqOnly": True},
}


def base(name):
    import numpy as np, onnx
    from modelopt.onnx.quantization import fp8, quantize

    to_fp8, fp8.int8_to_fp8 = fp8.int8_to_fp8, lambda model: model

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ZOO / f"{name}.onnx", folder)
        output = f"{folder}/out.onnx"
        quantize(f"{folder}/{name}.onnx", quantize_mode=MODES[name], calibration_method="max", high_precision_dtype="fp32",
                 calibration_data=dict(np.load(ZOO / f"{name}.npz")), calibration_eps=["cpu"], output_path=output)
        fp8.int8_to_fp8 = to_fp8
        model = onnx.shape_inference.infer_shapes(onnx.load(output), strict_mode=True)
        # Inferred with their shapes, which nothing here needs.
        for info in model.graph.value_info:
            info.type.tensor_type.ClearField("shape")
        FOLDER.mkdir(exist_ok=True)
        onnx.save(model, FOLDER / f"{name}.onnx")


def converted(model, case):
    import onnx
    from modelopt.onnx.autocast.convert import convert_to_f16
    from modelopt.onnx.quantization.fp8 import int8_to_fp8
    from modelopt.onnx.quantization.graph_utils import insert_fp8_mha_casts
    from modelopt.onnx.quantization.qdq_utils import qdq_to_dq, remove_graph_input_q

    half = case.get("half")
    if half == "bfloat16":
        model.opset_import[0].version = 22
    if half:
        model = convert_to_f16(model, low_precision_type=HALF[half], keep_io_types=not case.get("directIo"),
                               op_block_list=case.get("keptOps", []))
    if case.get("attention"):
        model = insert_fp8_mha_casts(model)
    if case.get("fp8"):
        model = int8_to_fp8(model)
    if case.get("dqOnly"):
        model = qdq_to_dq(model)
    return remove_graph_input_q(model) if case.get("directIo") else model


def described(model):
    import onnx
    from onnx import TensorProto, numpy_helper

    read = {name for node in model.graph.node for name in node.input}
    constants = collections.Counter()
    for tensor in model.graph.initializer:
        if tensor.name not in read:
            continue
        values = tensor.raw_data or numpy_helper.to_array(tensor).tobytes()
        dtype = TensorProto.DataType.Name(tensor.data_type).lower()
        constants[f"{dtype} {list(tensor.dims)} {hashlib.sha256(values).hexdigest()[:16]}"] += 1
    ports = lambda side: {p.name: TensorProto.DataType.Name(p.type.tensor_type.elem_type).lower() for p in side}
    return {
        "operators": dict(sorted(collections.Counter(node.op_type for node in model.graph.node).items())),
        "inputs": ports(model.graph.input), "outputs": ports(model.graph.output),
        "constants": dict(sorted(constants.items())),
    }


def make(name):
    import onnx

    base(name)
    results = []
    for title, case in CASES.items():
        model = onnx.load(FOLDER / f"{name}.onnx")
        try:
            results.append({"title": title, **case, **described(converted(model, case))})
        except Exception as error:
            print(name, title, "ModelOpt fails:", error)
    (FOLDER / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:] or MODES:
        process = multiprocessing.get_context("spawn").Process(target=make, args=(name,))
        process.start()
        process.join()
        assert process.exitcode == 0, name
