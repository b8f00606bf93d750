"""What the real ModelOpt makes of the demo models and of test/fixtures/onnx-zoo: edges that read a DequantizeLinear, and every scale.

    python test/golden/make_modelopt_onnx.py [NAME …]    writes test/golden/modelopt-onnx/NAME.json

Needs nvidia-modelopt 0.47.0 with its ONNX parts (npm run test:interop makes such an environment). One process for
each model: the tool patches onnxruntime globally.
"""
import hashlib, json, multiprocessing, os, shutil, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
DEMO = ("digits-cnn", "digits-vit")
ZOO = tuple(sorted(path.stem for path in (FIXTURES / "onnx-zoo").glob("*.onnx")))


def files(name):
    if name in DEMO:
        return FIXTURES / "demo" / f"{name}.onnx", FIXTURES / "demo" / "calibration.npz"
    return FIXTURES / "onnx-zoo" / f"{name}.onnx", FIXTURES / "onnx-zoo" / f"{name}.npz"


def edges(path):
    """Consumer edges that read a DQ, by names of the original model, with the scale as hexadecimal float32 bits."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    makers = {output: node for node in model.graph.node for output in node.output}
    found = []
    for node in model.graph.node:
        if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            continue
        for index, tensor in enumerate(node.input):
            dequantize = makers.get(tensor)
            if dequantize is None or dequantize.op_type != "DequantizeLinear":
                continue
            quantize = makers[dequantize.input[0]]
            scale = constants[dequantize.input[1]].astype("<f4")
            axis = next((a.i for a in dequantize.attribute if a.name == "axis"), None)
            found.append({
                # Names of nodes are partly invented; the tensor that a node makes identifies it.
                "output": node.output[0].removesuffix("_QuantizeLinear_Input"), "op": node.op_type, "input": index, "tensor": quantize.input[0], "axis": axis,
                "channels": int(scale.size) if scale.ndim else None,
                "scale": scale.tobytes().hex() if scale.ndim == 0 else hashlib.sha256(scale.tobytes()).hexdigest(),
            })
    return {
        "opset": next(o.version for o in model.opset_import if o.domain == ""), "ir": model.ir_version,
        "edges": sorted(found, key=lambda e: (e["output"], e["input"])),
    }


def make(name):
    import numpy as np
    from modelopt.onnx.quantization import quantize

    with tempfile.TemporaryDirectory() as folder:
        output = os.environ.get("KEEP_AS", os.path.join(folder, "out")) + f"-{name}.onnx"
        original, samples = files(name)
        model = shutil.copy(original, folder)  # the tool writes inferred shapes into its input
        data = dict(np.load(samples))
        quantize(
            str(model), quantize_mode="int8", calibration_data=data, calibration_method="max",
            high_precision_dtype="fp32", calibration_eps=["cpu"], output_path=output, log_level="ERROR",
        )
        target = HERE / "modelopt-onnx" / f"{name}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps({"tool": "nvidia-modelopt 0.47.0", **edges(output)}, indent=1) + "\n")


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    for name in sys.argv[1:] or (*DEMO, *ZOO):
        process = multiprocessing.Process(target=make, args=(name,))
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(f"{name} failed")
