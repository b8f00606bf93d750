"""The networks of test/interop/parity_nets.py with what the real ModelOpt and torch's exporters make of them:

    python test/golden/make_modelopt_nets.py test/fixtures/modelopt-nets [NETWORK ...]

The folder's README says what the files hold. Needs torch, nvidia-modelopt, onnx, onnxruntime and onnxscript.
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

import modelopt
import numpy as np
import onnx
import onnxruntime as ort
import torch
from parity_cases import cases, quantize, quantizers
from parity_nets import NETS, arguments, batch_size, batches, evaluation, network
from torch import nn

torch.set_num_threads(1)


def main(folder, names):
    folder.mkdir(exist_ok=True)
    for name in names or NETS:
        torch.save(network(name).state_dict(), folder / f"{name}.pth")
        np.savez(folder / f"{name}.calibration.npz", **joined(batches(name)))
        np.savez(folder / f"{name}.evaluation.npz", **evaluation(name))
        graphs = {kind: export(folder / file, name) for kind, file, export in companions(name)}
        write_json(folder / f"{name}.map.json", {kind: graph_map(name, graph) for kind, graph in graphs.items()})
        expected, outputs = calibrated(name)
        write_json(folder / f"{name}.expected.json", expected)
        np.savez_compressed(folder / f"{name}.outputs.npz", **outputs)


def joined(parts):
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def write_json(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


# Companions

def companions(name):
    kept = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
    yield "plain", f"{name}.onnx", lambda path, name: torchscript(path, name, **kept)
    yield "folded", f"{name}.folded.onnx", torchscript
    yield "dynamo", f"{name}.dynamo.onnx", default_exporter


def torchscript(path, name, **options):
    sample = evaluation(name)
    with quiet():
        torch.onnx.export(
            network(name),
            arguments(sample),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=list(sample),
            output_names=["output"],
            dynamic_axes={key: {0: "batch"} for key in [*sample, "output"]},
            **options,
        )
    return onnx.load(path)


def default_exporter(path, name):
    sample = evaluation(name)
    batch = torch.export.Dim("batch")
    with quiet():
        torch.onnx.export(
            network(name),
            arguments(sample),
            str(path),
            dynamo=True,
            external_data=False,
            input_names=list(sample),
            output_names=["output"],
            dynamic_shapes=tuple({0: batch} for _ in sample),
        )
    graph = onnx.load(path)
    # Stack traces hold paths of the machine that exported.
    for node in graph.graph.node:
        kept = [prop for prop in node.metadata_props if "stack_trace" not in prop.key]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(graph, path)
    return graph


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


# What of a network is where in a graph, found by values only

def graph_map(name, graph):
    net = network(name)
    calls = observed_calls(name, net)
    values = graph_values(name, graph)
    modules = {path: [alike(seen, values) for seen in inputs] for path, inputs in calls.items()}
    return {"initializers": dict(initializers(net, graph)), "modules": modules}


def observed_calls(name, net):
    """The first argument of every call, by module without submodules."""
    seen = {}
    for path, module in net.named_modules():
        if path and not [*module.children()]:
            seen[path] = []
            module.register_forward_pre_hook(lambda _, args, path=path: seen[path].append(args[0].numpy()))
    with torch.no_grad():
        net(*arguments(evaluation(name)))
    return seen


def graph_values(name, graph):
    graph = onnx.shape_inference.infer_shapes(graph)
    given = {port.name for port in graph.graph.output}
    graph.graph.output.extend(
        onnx.ValueInfoProto(name=output)
        for node in graph.graph.node
        for output in node.output
        if output and output not in given
    )
    how = ort.SessionOptions()
    how.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    how.log_severity_level = 4
    session = ort.InferenceSession(graph.SerializeToString(), how, providers=["CPUExecutionProvider"])
    feeds = evaluation(name)
    names = [port.name for port in session.get_outputs()]
    return {**feeds, **dict(zip(names, session.run(names, feeds)))}


def alike(seen, values):
    return [key for key, value in values.items() if is_near(value, seen)]


def is_near(value, wanted, tolerance=1e-5):
    if not isinstance(value, np.ndarray) or value.shape != wanted.shape or value.dtype != wanted.dtype:
        return False
    if value.dtype.kind != "f":
        return bool((value == wanted).all())
    return bool(np.max(np.abs(value - wanted), initial=0) <= tolerance * np.max(np.abs(wanted), initial=0))


def initializers(net, graph):
    tensors = {key: value.numpy() for key, value in net.state_dict().items() if value.dim() > 0}
    forms = [*recurrent_forms(net), *folded_forms(net)]
    for initializer in graph.graph.initializer:
        value = onnx.numpy_helper.to_array(initializer)
        if value.dtype.kind != "f" or value.ndim == 0:
            continue
        found = next(origins(initializer.name, value, tensors, forms), None)
        if found:
            yield initializer.name, found


def origins(name, value, tensors, forms):
    # The tensor of that name first: tied weights are several tensors with the same values.
    for key in sorted(tensors, key=lambda key: key != name):
        tensor = tensors[key]
        if value.size == tensor.size:
            for how, form in (("identity", tensor), ("transpose", tensor.T), ("reshape", tensor.reshape(value.shape))):
                if form.shape == value.shape and (form == value).all():
                    yield {"tensor": key, "how": how}
    for form, origin in forms:
        if is_near(value, form):
            yield origin


def folded_forms(net):
    modules = dict(net.named_modules())
    for path, module in modules.items():
        if not isinstance(module, nn.modules.conv._ConvNd):
            continue
        axis = 1 if module.transposed and module.groups == 1 else 0
        for norm_path, norm in modules.items():
            if isinstance(norm, nn.modules.batchnorm._BatchNorm) and norm.num_features == module.out_channels:
                factor = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
                bias = module.bias if module.bias is not None else 0
                origin = {"tensor": f"{path}.weight", "how": "fold", "batchNorm": norm_path}
                yield scaled(module, factor, axis), origin
                shift = ((bias - norm.running_mean) * factor + norm.bias).detach().numpy()
                yield shift, {**origin, "tensor": f"{path}.bias", "how": "fold bias"}


def scaled(module, factor, axis):
    weight = module.weight.detach()
    if module.transposed and module.groups > 1:
        inputs, outputs, *kernel = weight.shape
        grouped = weight.reshape(module.groups, inputs // module.groups, outputs, *kernel)
        return (grouped * factor.reshape(module.groups, 1, outputs, *[1] * len(kernel))).reshape(weight.shape).numpy()
    return (weight * factor.reshape([-1 if i == axis else 1 for i in range(weight.dim())])).numpy()


GATES = {"LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2]}


def recurrent_forms(net):
    for path, module in net.named_modules():
        if not isinstance(module, nn.RNNBase):
            continue
        gates = lambda tensor: torch.cat([tensor.chunk(len(order))[i] for i in order]).detach()
        order = GATES[module.mode]
        for layer in range(module.num_layers):
            ends = ["", "_reverse"] if module.bidirectional else [""]
            for kind in ("ih", "hh"):
                keys = [f"weight_{kind}_l{layer}{end}" for end in ends]
                form = torch.stack([gates(getattr(module, key)) for key in keys]).numpy()
                yield form, {"tensor": f"{path}.{keys[0]}", "how": "gates"}


# What ModelOpt decides and measures

def calibrated(name):
    expected, outputs = {}, {}
    sample = arguments(evaluation(name))
    before = network(name)
    with torch.no_grad():
        outputs["float"] = before(*sample).numpy()
        for case in cases(name):
            net = quantize(name, case)
            outputs[case] = net(*sample).numpy()
            after = net.state_dict()
            changed = [key for key, tensor in before.state_dict().items() if not torch.equal(tensor, after[key])]
            found = {key: quantizer_row(quantizer) for key, quantizer in quantizers(net).items()}
            expected[case] = {"changed": changed, "quantizers": found}
    versions = {"modelopt": modelopt.__version__, "torch": torch.__version__}
    classes = {path: type(module).__name__ for path, module in before.named_modules() if path}
    return {**versions, "batchSize": batch_size(name), "classes": classes, "cases": expected}, outputs


def quantizer_row(quantizer):
    """None for a disabled one; floats as the hexadecimal digits of their bytes in memory."""
    if not quantizer.is_enabled:
        return None
    row = {"numBits": quantizer.num_bits, "axis": quantizer.axis}
    for key, attribute in (("amax", "_amax"), ("preQuantScale", "_pre_quant_scale")):
        tensor = getattr(quantizer, attribute, None)
        if tensor is not None:
            row[key] = {"shape": list(tensor.shape), "bytes": tensor.detach().numpy().astype("<f4").tobytes().hex()}
    return row


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
