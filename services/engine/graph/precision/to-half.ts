import type { OnnxGraph, OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';
import { renameTensor } from '#engine/formats/onnx/tensor.ts';
import { freshNames } from '../fresh-names.ts';
import { splitShared } from '../prepare/split-shared.ts';
import { convertTensor, type FloatDtype, isFloat } from './convert-tensor.ts';
import { floatTypes, type HalfOptions } from './float-types.ts';
import { planReads, type Read, type ReadPlan } from './plan-reads.ts';
import { renameCaptured } from './rename-captured.ts';
import { canRetype, makeCast, retypeNode, retypePort } from './retype.ts';

/**
 * The model with everything that is floating point in float16 or bfloat16, the scales of Q/DQ pairs too, of which Q and
 * DQ then have one each. Casts stand where the type changes: behind graph inputs (`x_cast_to_fp16`), before outputs
 * (`y_pre_cast`), around what stays float32. Casts between floating-point types that were there are gone. Integers and
 * booleans are not touched; float64 becomes half too.
 *
 * Source: `convert_to_f16`, modelopt/onnx/autocast/convert.py. Whatever `compat` says, the bodies of If, Loop and Scan
 * keep their types here, and a Constant that is written as `value_float` is converted (ModelOpt leaves it float32, which
 * no runtime takes). Without `compat` Constant nodes are clamped to ±65504 as initializers are, no value changes its
 * sign, and a Cast from float to integer reads the float as it comes.
 */
export function toHalf(model: OnnxModel, options: HalfOptions): OnnxModel {
  const split = splitShared(model);
  const final = (port: OnnxPort) => (options.directIo && isFloat(port.dtype) ? retypePort(port, options.dtype) : port);
  const graph = { ...split.graph, inputs: split.graph.inputs.map(final), outputs: split.graph.outputs.map(final) };
  return { ...split, graph: rewrite(graph, planReads(graph, floatTypes(split, options)), options.compat) };
}

function rewrite(graph: OnnxGraph, plan: ReadPlan, compat: HalfOptions['compat']): OnnxGraph {
  const outputs = new Set(graph.outputs.map((port) => port.name));
  const names = nameReads(graph, plan);
  const nodes = plan.nodes.flatMap((node) => {
    const type = plan.after(node.outputs[0] ?? '');
    const typed = type && canRetype(node) ? retypeNode(node, type, compat ? 'cast' : 'nearest') : node;
    const captured = plan.captures(node).map((read) => [read.name, names.of(read)] as const);
    const renamed = renameCaptured(typed, new Map(captured.filter(([from, to]) => from !== to)));
    return { ...renamed, inputs: plan.reads(node).map(names.of), outputs: node.outputs.map(names.source) };
  });
  const castsOf = (tensor: string) =>
    names.casts(tensor).map(([dtype, name]) => ({
      ...makeCast(names.source(tensor), name, dtype),
      name: `${tensor}_cast_to_${short[dtype]}`,
    }));
  const initializers = graph.initializers.flatMap((tensor) => {
    const convert = (dtype: FloatDtype) => convertTensor(tensor, dtype, compat ? 'modelopt' : 'nearest');
    const type = plan.after(tensor.name);
    const copies = names.casts(tensor.name).map(([dtype, name]) => renameTensor(convert(dtype), name));
    return [type ? convert(type) : tensor, ...copies];
  });
  return {
    ...graph,
    nodes: [
      ...graph.inputs.flatMap(({ name }) => castsOf(name)),
      ...nodes.flatMap((node, index) => [node, ...(plan.nodes[index]?.outputs ?? []).flatMap(castsOf)]),
    ],
    initializers,
    valueInfo: graph.valueInfo.filter(({ name }) => !outputs.has(name)).flatMap((port) => valueInfo(port, plan)),
  };
}

/** What is said of tensors that are gone is left out. */
function valueInfo(port: OnnxPort, plan: ReadPlan): readonly OnnxPort[] {
  if (!isFloat(port.dtype)) return [port];
  const dtype = plan.after(port.name);
  return dtype ? [retypePort(port, dtype)] : [];
}

const short = { float64: 'fp64', float32: 'fp32', float16: 'fp16', bfloat16: 'bf16' } as const;

type Names = {
  /** What a read tensor is called in the type that it is wanted in. */
  of(read: Read): string;
  /** What a tensor is called in the type that it is made in: an output that is made in another gives its name away. */
  source(tensor: string): string;
  /** The other types that a tensor is read in. Complete once all reads have been named. */
  casts(tensor: string): readonly (readonly [FloatDtype, string])[];
};

function nameReads(graph: OnnxGraph, plan: ReadPlan): Names {
  const freshName = freshNames(graph);
  const isConstant = new Set(graph.initializers.map((tensor) => tensor.name));
  const made = new Set(plan.nodes.flatMap((node) => node.outputs));
  const sources = new Map<string, string>();
  const casts = new Map<string, Map<FloatDtype, string>>();
  for (const { name, dtype } of graph.outputs) {
    if (!made.has(name) || !isFloat(dtype) || plan.after(name) === dtype) continue;
    sources.set(name, freshName(`${name}_pre_cast`));
    casts.set(name, new Map([[dtype, name]]));
  }
  const source = (tensor: string) => sources.get(tensor) ?? tensor;
  return {
    source,
    casts: (tensor) => [...(casts.get(tensor) ?? [])],
    of({ tensor, dtype }) {
      if (dtype === null || plan.after(tensor) === dtype) return source(tensor);
      const known = casts.get(tensor) ?? new Map<FloatDtype, string>();
      casts.set(tensor, known);
      const wish = isConstant.has(tensor) ? `${tensor}_${short[dtype]}` : `${tensor}_cast_to_${short[dtype]}`;
      const name = known.get(dtype) ?? freshName(wish);
      known.set(dtype, name);
      return name;
    },
  };
}
