"""Golden digests of real torchao, and the checkpoints they are made from.

    python test/golden/make_torchao.py test/golden/torchao test/fixtures/demo

With torchao 0.18 it makes the inputs (zoo.*.pth, nonfinite.*.pth) and digests.json, of the demo models too. With an older release on
PYTHONPATH it adds that release's numbers for the same inputs to digests.json and, for 0.14 and 0.17, the files
old.*.pth that `migrate` is tried on. Needs torch (2.13.0) and torchao.

A digest is the first 16 hex digits of the SHA-256 of "class dtype [N, K] scale dtype [n, k]\\n", qdata, scale and
zero_point, with every NaN of a scale the usual one; null where torchao fails on the weight. The digests of a file are in the order of its weights.
"""
import hashlib, importlib.util, json, logging, os, sys, warnings
logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")
import torch
import torchao
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, PerRow, PerTensor, quantize_
torch.set_num_threads(1)
folder, demo = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
release = ".".join(torchao.__version__.split(".")[:2])
dtypes = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16, "float64": torch.float64}
nn = torch.nn


def patterns(g):
    """Name to float64 weight: what scales, rounding and special blocks depend on."""
    randn = lambda *shape: torch.randn(*shape, generator=g, dtype=torch.float64)
    yield "normal", randn(16, 64)
    yield "wide", randn(3, 160) * 0.02
    yield "odd", randn(5, 33)
    yield "one", torch.tensor([[-0.75]], dtype=torch.float64)
    yield "column", randn(6, 1)
    yield "row", randn(1, 96) * 1e3
    yield "ties", (torch.arange(-128, 128, dtype=torch.float64).reshape(4, 64) + 0.5) / 127.5
    yield "powers", torch.tensor([[(-1.0) ** i * 2.0 ** (i - 16) for i in range(32)]] * 3, dtype=torch.float64)
    zeros = randn(4, 64)
    zeros[1] = 0
    zeros[2, 32:] = -0.0
    yield "zero_rows", zeros
    yield "zeros", torch.zeros(4, 32, dtype=torch.float64)
    yield "tiny", randn(8, 32) * torch.logspace(-46, -3, 8, dtype=torch.float64)[:, None]
    yield "floor", randn(4, 32) * 1.5e-5
    yield "huge", randn(4, 32) * 15000
    yield "even", torch.full((2, 64), 0.1, dtype=torch.float64)
    outlier = randn(4, 64) * 1e-3
    outlier[:, 7] = 60000.0
    yield "outlier", outlier


class Zoo(nn.Module):
    """Linears of every pattern beside what torchao leaves alone: an embedding, a convolution, a norm, attention."""

    def __init__(self, dtype):
        super().__init__()
        g = torch.Generator().manual_seed(5)
        for name, weight in patterns(g):
            linear = nn.Linear(weight.shape[1], weight.shape[0])
            linear.weight = nn.Parameter(weight.to(torch.float32).to(dtype) if dtype != torch.float64 else weight)
            linear.bias = nn.Parameter(torch.zeros(weight.shape[0], dtype=dtype))
            self.add_module(name, linear)
        bits = torch.randint(0, 2**31 - 1, (8, 64), generator=g, dtype=torch.int64).to(torch.int32).view(torch.float32)
        bits = torch.where(bits.isfinite(), bits, torch.ones_like(bits)).to(dtype)
        self.bits = nn.Linear(64, 8)
        self.bits.weight = nn.Parameter(torch.where(bits.isfinite(), bits, torch.ones_like(bits)))
        self.bits.bias = nn.Parameter(torch.zeros(8, dtype=dtype))
        self.transposed = nn.Linear(32, 8)
        self.transposed.weight = nn.Parameter(torch.randn(32, 8, generator=g).to(dtype).t())
        self.transposed.bias = nn.Parameter(torch.zeros(8, dtype=dtype))
        self.tied = nn.Linear(64, 16)
        self.tied.weight = self.normal.weight
        self.tied.bias = self.normal.bias
        with torch.random.fork_rng():
            torch.manual_seed(5)
            self.embedding = nn.Embedding(7, 32).to(dtype)
            self.conv = nn.Conv2d(2, 3, 3).to(dtype)
            self.norm = nn.LayerNorm(8).to(dtype)
            self.attention = nn.MultiheadAttention(8, 2).to(dtype)


class NonFinite(nn.Module):
    def __init__(self, dtype):
        super().__init__()
        weight = torch.randn(4, 64, generator=torch.Generator().manual_seed(6)).to(dtype)
        weight[1, 5] = float("nan")
        weight[2, 40] = float("-inf")
        self.fc = nn.Linear(64, 4)
        self.fc.weight = nn.Parameter(weight)
        self.fc.bias = nn.Parameter(torch.zeros(4, dtype=dtype))


def digits(name):
    spec = importlib.util.spec_from_file_location("digits_models", os.path.join(demo, "digits_models.py"))
    models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)
    model = getattr(models, name.replace("-", "_"))()
    model.load_state_dict(torch.load(os.path.join(demo, f"{name}.pth"), weights_only=True))
    return model


def schemes(dtype):
    if release == "0.18":
        from torchao.quantization import PerGroup
        axes = {"per_row": PerRow(), "per_tensor": PerTensor(), "group_32": PerGroup(32)}
        for axis, granularity in axes.items():
            if dtype != "float64":
                yield f"int8 {axis}", Int8WeightOnlyConfig(granularity=granularity)
            yield f"fp8_e4m3fn {axis}", Float8WeightOnlyConfig(granularity=granularity)
            yield f"fp8_e5m2 {axis}", Float8WeightOnlyConfig(weight_dtype=torch.float8_e5m2, granularity=granularity)
        return
    yield "int8 per_row", Int8WeightOnlyConfig()
    yield "int8 group_32", Int8WeightOnlyConfig(group_size=32)
    if release != "0.15":  # whose second version floors scales elsewhere
        yield "int8 per_tensor", Int8WeightOnlyConfig(granularity=PerTensor(), version=2)
    yield "fp8_e4m3fn per_row", Float8WeightOnlyConfig()
    yield "fp8_e5m2 per_row", Float8WeightOnlyConfig(weight_dtype=torch.float8_e5m2)


def raw(tensor):
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def digest(weight):
    """AffineQuantizedTensor is told as the Int8Tensor of the same numbers."""
    old = hasattr(weight, "tensor_impl")
    inside = weight.tensor_impl if old else weight
    qdata = inside.int_data if old else inside.qdata
    scale = inside.scale.reshape(qdata.shape[0], -1) if old else inside.scale
    scale = torch.where(scale.isnan(), torch.full_like(scale, float("nan")), scale)  # which NaN depends on the CPU
    kind = "Int8Tensor" if qdata.dtype == torch.int8 else "Float8Tensor"
    word = lambda t: f"{str(t.dtype)[6:]} [{', '.join(map(str, t.shape))}]"
    zeros = bytes(scale.numel()) if kind == "Int8Tensor" else b""
    head = f"{kind} {word(weight)} scale {word(scale)}\n".encode()
    return hashlib.sha256(head + raw(qdata) + raw(scale) + zeros).hexdigest()[:16]


def digests(make, dtype, config):
    model = make(dtypes[dtype])
    result = []
    for name, module in list(model.named_modules()):
        if type(module) is not nn.Linear:
            continue
        try:
            quantize_(model, config, filter_fn=lambda m, fqn: fqn == name)
            result.append(digest(module.weight))
        except Exception:
            result.append(None)
    return result


def old_files(out):
    """Small models as this release saves them, and what their weights dequantize to."""
    configs = {
        "int8": {}, "int8-group16": {"group_size": 16},
        **({"int8-v2": {"version": 2}} if release == "0.17" else {}), "float8": None,
    }
    for scheme, kwargs in configs.items():
        for dtype in ("float32", "bfloat16", "float16"):
            torch.manual_seed(7)
            model = nn.Sequential(nn.Linear(32, 8), nn.ReLU(), nn.Linear(16, 4, bias=False)).to(dtypes[dtype])
            quantize_(model, Float8WeightOnlyConfig() if kwargs is None else Int8WeightOnlyConfig(**kwargs))
            name = f"old.{release}.{scheme}.{dtype}.pth"
            state = model.state_dict()
            whole = {"epoch": 3, "state_dict": state, "optimizer": {"step": torch.arange(5), "lr": 0.1}}
            torch.save(whole if scheme == "int8-group16" else state, os.path.join(folder, name))
            out[name] = {
                key: hashlib.sha256(raw(value.dequantize() if hasattr(value, "block_size") else value)).hexdigest()[:16]
                for key, value in state.items()
            }


path = os.path.join(folder, "digests.json")
result = json.load(open(path)) if os.path.exists(path) else {}
result.setdefault("tools", {})[torchao.__version__.split("+")[0]] = f"torch {torch.__version__}"
inputs = {f"zoo.{dtype}.pth": (Zoo, dtype) for dtype in dtypes}
inputs |= {f"nonfinite.{dtype}.pth": (NonFinite, dtype) for dtype in ("float32", "bfloat16", "float16")}
if release == "0.18":
    for name, (make, dtype) in inputs.items():
        torch.save(make(dtypes[dtype]).state_dict(), os.path.join(folder, name))
    for name in ("digits-cnn", "digits-vit"):
        inputs[f"{name}.pth"] = (lambda _, name=name: digits(name), "float32")
if release != "0.14":
    result.setdefault("quantized", {})[f"torchao-{release}"] = {
        name: {scheme: digests(make, dtype, config) for scheme, config in schemes(dtype)}
        for name, (make, dtype) in inputs.items()
        if release == "0.18" or dtype != "float64"
    }
if release in ("0.14", "0.17"):
    old_files(result.setdefault("dequantized", {}))
with open(path, "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
