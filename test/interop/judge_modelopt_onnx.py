"""Judge a quantized_model.onnx: ONNX Runtime runs it, and its Q/DQ pairs are those that real ModelOpt places.

    python judge_modelopt_onnx.py OURS.onnx FLOAT.onnx CALIBRATION.npz EVALUATION.npz
"""
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from judge import evaluation_batch, fail_unless
from modelopt.onnx.quantization import quantize
from onnx import numpy_helper

ours_path, float_path, calibration, evaluation = sys.argv[1:]


def pairs(model: onnx.ModelProto) -> dict:
    """{(tensor behind Q/DQ, consumer's op, its first output, input index): (scale, axis or None)}"""
    produced = {o: n for n in model.graph.node for o in n.output}
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    found = {}
    for node in model.graph.node:
        if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            continue
        for index, name in enumerate(node.input):
            dq = produced.get(name)
            if dq is None or dq.op_type != "DequantizeLinear":
                continue
            q = produced[dq.input[0]]
            scale = constants[dq.input[1]]
            axis = next((a.i for a in dq.attribute if a.name == "axis"), None) if scale.size > 1 else None
            zero = constants[dq.input[2]]
            fail_unless(zero.dtype == np.int8 and not zero.any(), f"{dq.name}: zero point {zero.dtype}")
            fail_unless(np.array_equal(constants[q.input[1]], scale), f"{dq.name}: Q and DQ have different scales")
            found[q.input[0], node.op_type, node.output[0], index] = (scale, axis)
    return found


with tempfile.TemporaryDirectory() as folder:
    real_path = str(pathlib.Path(folder) / "real.onnx")
    quantize(
        onnx_path=shutil.copy(float_path, folder),  # the tool writes inferred shapes into its input
        quantize_mode="int8",
        calibration_data={"input": np.load(calibration)["input"]},
        calibration_method="max",
        calibration_eps=["cpu"],
        high_precision_dtype="fp32",
        output_path=real_path,
        log_level="ERROR",
    )
    real = onnx.load(real_path)

ours = onnx.load(ours_path)
onnx.checker.check_model(ours)
expected, mine = pairs(real), pairs(ours)
fail_unless(set(expected) == set(mine), f"placements differ: {sorted(set(expected) ^ set(mine))}")
worst = 0.0
weights = 0
for edge, (scale, axis) in expected.items():
    have, have_axis = mine[edge]
    fail_unless(have.shape == scale.shape and have_axis == axis, f"{edge}: {have.shape} axis {have_axis}, ModelOpt {scale.shape} {axis}")
    if axis is not None:
        weights += 1
        fail_unless(np.array_equal(have, scale), f"{edge}: weight scales differ")
    else:
        relative = float(np.max(np.abs(have - scale) / scale))
        worst = max(worst, relative)
        fail_unless(relative <= 1e-5, f"{edge}: scale {have} {scale}, relative {relative:.2e}")
opset = lambda model: {o.domain: o.version for o in model.opset_import}
fail_unless(opset(ours) == opset(real), f"opset {opset(ours)}, ModelOpt {opset(real)}")

images, labels = evaluation_batch(evaluation)


def predictions(model: onnx.ModelProto) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images.numpy()})[0]


a, b = predictions(ours), predictions(real)
same = float((a.argmax(1) == b.argmax(1)).mean())
accuracy = float((a.argmax(1) == labels.numpy()).mean())
fail_unless(same > 0.995, f"only {same:.4f} of the answers are ModelOpt's")
print(f"{len(expected)} placements equal, {weights} weights bit-equal, worst activation scale {worst:.1e} relative, same answers {same:.4f}, accuracy {accuracy:.4f}")
