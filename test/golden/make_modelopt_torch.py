"""Golden numbers of real ModelOpt for modelopt.pytorch, from the demo models:

    python test/golden/make_modelopt_torch.py test/fixtures/demo test/golden/modelopt-torch.json

For each model: every quantizer of mtq.quantize(model, INT8_DEFAULT_CFG) over calibration.npz with its settings,
activation amax as numbers, weight amax as sha256 of their float32 bytes, and top-1 on evaluation.npz before and after.
Needs torch, nvidia-modelopt and numpy.
"""
import contextlib, hashlib, importlib.util, io, json, os, sys, warnings
os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
import numpy as np
import torch
torch.set_num_threads(1)

demo, out = sys.argv[1:3]
spec = importlib.util.spec_from_file_location("digits_models", os.path.join(demo, "digits_models.py"))
models = importlib.util.module_from_spec(spec)
spec.loader.exec_module(models)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import modelopt
    import modelopt.torch.quantization as mtq
    from modelopt.torch.quantization.nn import TensorQuantizer

calibration = np.load(os.path.join(demo, "calibration.npz"))["input"]
evaluation = np.load(os.path.join(demo, "evaluation.npz"))
label = next(k for k in evaluation.files if k != "input")


def batches(array):
    for i in range(0, len(array), 64):
        yield torch.from_numpy(array[i : i + 64])


def correct(model):
    with torch.no_grad():
        guesses = torch.cat([model(x).argmax(1) for x in batches(evaluation["input"])]).numpy()
    return int((guesses == evaluation[label]).sum())


def forward(model):
    with torch.no_grad():
        for x in batches(calibration):
            model(x)


result = {"torch": torch.__version__, "modelopt": modelopt.__version__, "models": {}}
for name, build in (("digits-cnn", models.digits_cnn), ("digits-vit", models.digits_vit)):
    model = build()
    model.load_state_dict(torch.load(os.path.join(demo, f"{name}.pth"), weights_only=True))
    model.eval()
    before = correct(model)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        mtq.quantize(model, mtq.INT8_DEFAULT_CFG, forward)
    quantizers = {}
    for key, q in model.named_modules():
        if not isinstance(q, TensorQuantizer):
            continue
        row = {"enabled": q.is_enabled}
        if q.is_enabled:
            row["num_bits"], row["axis"] = q.num_bits, q.axis
            amax = q._amax.numpy()
            row["shape"] = list(amax.shape)
            if key.endswith("weight_quantizer"):
                row["sha256"] = hashlib.sha256(amax.astype("<f4").tobytes()).hexdigest()
            else:
                row["amax"] = float(amax)
        quantizers[key] = row
    result["models"][name] = {"correct": {"float": before, "quantized": correct(model)}, "quantizers": quantizers}
with open(out, "w") as f:
    json.dump(result, f, separators=(",", ":"), sort_keys=True)
    f.write("\n")
