import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxGraph, OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { renameTensor } from '#engine/formats/onnx/tensor.ts';
import { countReads } from '#engine/graph/count-reads.ts';
import { type OutsideHalf, outsideHalf } from '#engine/graph/precision/outside-half.ts';
import { constantOf } from '#engine/graph/precision/retype.ts';

/** Which constants of the model lost values that float16 cannot hold when they became so in the result. */
export function halfWarnings(
  { model, isQuantized }: { readonly model: OnnxModel; readonly isQuantized: boolean },
  result: OnnxModel,
  { high_precision_dtype, compat }: OnnxSettings,
): readonly string[] {
  if (high_precision_dtype !== 'fp16' || isQuantized) return [];
  const stored = new Map(
    [...result.graph.initializers, ...heldByNodes(result.graph)].map((one) => [one.name, one.dtype]),
  );
  const isKept = (name: string) => isWide(stored.get(name)) && !stored.has(`${name}_fp16`);
  const reads = countReads(model.graph);
  const lost = (tensors: readonly OnnxTensor[]) =>
    tensors.filter(({ name }) => reads.has(name) && !isKept(name)).flatMap((tensor) => outsideHalf(tensor) ?? []);
  const [initializers, held] = [lost(model.graph.initializers), lost(heldByNodes(model.graph))];
  return compat === null
    ? sentences([...initializers, ...held], clamped)
    : [...sentences(initializers, clamped), ...sentences(held, cast)];
}

/** What Constant and ConstantOfShape nodes hold, by the tensor that they make. */
function heldByNodes({ nodes }: OnnxGraph): readonly OnnxTensor[] {
  return nodes.flatMap((node) => {
    const tensor = node.domain === '' ? constantOf(node) : null;
    return tensor ? [renameTensor(tensor, node.outputs[0] ?? '')] : [];
  });
}

function isWide(dtype: OnnxTensor['dtype'] | undefined): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

const clamped = { large: '±65504', small: '±6e-8' } as const;
/** What ModelOpt leaves to a Cast. */
const cast = { large: 'infinite', small: '0 or ±6e-8' } as const;

function sentences(found: readonly OutsideHalf[], became: typeof clamped | typeof cast): readonly string[] {
  return [
    ...sentence(found, 'large', `beyond ±65504, which became ${became.large}`),
    ...sentence(found, 'small', `nearer to zero than 6e-8, which became ${became.small}`),
  ];
}

const mostNamed = 3;

function sentence(found: readonly OutsideHalf[], kind: 'large' | 'small', what: string): readonly string[] {
  const tensors = found.filter((tensor) => tensor[kind] > 0);
  if (tensors.length === 0) return [];
  const values = tensors.reduce((sum, tensor) => sum + tensor[kind], 0);
  const named = tensors
    .slice(0, mostNamed)
    .map(({ name, largest }) => `${name} (largest ${Number(largest.toPrecision(4))})`)
    .join(', ');
  const more = tensors.length > mostNamed ? ` and ${tensors.length - mostNamed} more` : '';
  return [
    `In float16, ${tensors.length === 1 ? '1 tensor' : `${tensors.length} tensors`} lost ${values === 1 ? 'a value' : `${values} values`} ${what}: ${named}${more}. If they matter, set high_precision_dtype to bf16 or fp32.`,
  ];
}
