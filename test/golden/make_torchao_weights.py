"""What real torchao makes of single weights, as golden data of services/engine/transfer:

    python test/golden/make_torchao_weights.py test/golden/torchao-weights

weights.bin holds the weights one after another (row-major, little-endian); golden.json says where each lies and, for
every scheme, the sha256 of qdata and scale that quantize_ gives on a CPU. Scheme `old-int8-*` is what releases before
0.18 compute, by their formula in torch: scale, reciprocal and product in the weight's dtype. Needs torch and torchao.
"""
import hashlib, json, os, sys, warnings
os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
import numpy as np
import torch, torchao
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, PerGroup, PerRow, PerTensor, quantize_

out = sys.argv[1]
rng = np.random.default_rng(18)
GROUP = 32


def ties(rows, cols):
    """Halves of the scale, so that products lie between two integers."""
    w = rng.integers(-255, 256, (rows, cols)) / 2
    w[:, 0] = 127.5
    return w


def sparse(rows, cols):
    w = rng.standard_normal((rows, cols)) * (rng.random((rows, cols)) < 0.1)
    w[rows // 2] = 0
    w[-1] = -0.0
    return w


patterns = {
    "normal": lambda r, c: rng.standard_normal((r, c)) * 0.02,
    "ties": ties,
    "sparse": sparse,
    "spread": lambda r, c: rng.choice([-1, 1], (r, c)) * 2.0 ** rng.uniform(-30, 8, (r, c)),
    "tiny": lambda r, c: rng.standard_normal((r, c)) * 2.0 ** -24,
    "subnormal": lambda r, c: rng.standard_normal((r, c)) * 2.0 ** -130,
    "huge": lambda r, c: rng.uniform(-1, 1, (r, c)) * 6e4,
}
shapes = [(1, 32), (5, 96), (3, 64), (6, 160), (4, 128)]
# Rows that end within a vector of the kernels; no group divides them.
ragged = [(3, 33), (2, 5), (4, 79)]
dtypes = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16, "float64": torch.float64}


def random_bits(dtype, rows, cols):
    size = torch.empty(0, dtype=dtype).element_size()
    t = torch.from_numpy(rng.integers(0, 256, rows * cols * size, dtype=np.uint8)).view(dtype).reshape(rows, cols)
    return torch.where(torch.isfinite(t), t, torch.ones((), dtype=dtype))


def weights():
    for name, dtype in dtypes.items():
        few = name == "float64"
        for pattern, draw in patterns.items():
            for rows, cols in (shapes[:2] if few else shapes) + ragged[: 1 if few else 3]:
                yield f"{name}.{pattern}.{rows}x{cols}", name, torch.from_numpy(draw(rows, cols)).to(dtype)
        for rows, cols in shapes[:3] + ragged[:1]:
            yield f"{name}.bits.{rows}x{cols}", name, random_bits(dtype, rows, cols)
        if not few and dtype != torch.bfloat16:
            w = torch.from_numpy(patterns["normal"](4, 64)).to(dtype)
            w[1, 3], w[2, 40] = float("inf"), float("-inf")
            # The bits of a float16 NaN depend on which of torch's loops met it.
            w[3, 0] = float("nan") if name == "float32" else -float("inf")
            yield f"{name}.nonfinite.4x64", name, w


granularities = {"row": PerRow(), "tensor": PerTensor(), "group": PerGroup(GROUP)}


def configs(name, cols):
    for granularity, value in granularities.items():
        if granularity == "group" and cols % GROUP:
            continue
        if name != "float64":
            yield f"int8-{granularity}", Int8WeightOnlyConfig(granularity=value)
        for fmt in (torch.float8_e4m3fn, torch.float8_e5m2):
            yield f"fp8_{str(fmt).split('_', 1)[1]}-{granularity}", Float8WeightOnlyConfig(weight_dtype=fmt, granularity=value)


def raw(t):
    return t.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes()


def digest(t):
    return hashlib.sha256(raw(t)).hexdigest()


def real(w, config):
    layer = torch.nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=w.dtype)
    layer.weight = torch.nn.Parameter(w.clone(), requires_grad=False)
    quantize_(layer, config)
    return {"qdata": digest(layer.weight.qdata), "scale": digest(layer.weight.scale)}


def old_int8(w, length):
    blocks = w.reshape(-1, length)
    amax = torch.maximum(-torch.clamp(blocks.amin(1), max=0), torch.clamp(blocks.amax(1), min=0))
    scale = torch.clamp(amax / 127.5, min=torch.finfo(torch.float32).eps)[:, None]
    q = torch.clamp(torch.round(blocks * (1.0 / scale)), -128, 127).to(torch.int8)
    return {"qdata": digest(q), "scale": digest(scale)}


blob, rows_of = b"", []
for key, name, w in weights():
    rows, cols = w.shape
    results = {scheme: real(w, config) for scheme, config in configs(name, cols)}
    if name in ("bfloat16", "float16") and "nonfinite" not in key:
        results["old-int8-row"] = old_int8(w, cols)
        results["old-int8-tensor"] = old_int8(w, rows * cols)
    rows_of.append({"name": key, "dtype": name, "shape": [rows, cols], "offset": len(blob), "results": results})
    blob += raw(w)
os.makedirs(out, exist_ok=True)
open(os.path.join(out, "weights.bin"), "wb").write(blob)
made_by = f"torchao {torchao.__version__} on torch {torch.__version__} CPU"
with open(os.path.join(out, "golden.json"), "w") as f:
    lines = ",\n    ".join(json.dumps(row) for row in rows_of)
    f.write(f'{{\n  "made_by": "{made_by}",\n  "group": {GROUP},\n  "weights": [\n    {lines}\n  ]\n}}\n')
print(len(rows_of), "weights,", sum(len(r["results"]) for r in rows_of), "results,", len(blob), "bytes")
