import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { countReads } from '#engine/graph/count-reads.ts';
import { type OutsideHalf, outsideHalf } from '#engine/graph/precision/outside-half.ts';

/** Which constants of the model lost values that float16 cannot hold when they became so in the result. */
export function halfWarnings(
  { model, isQuantized }: { readonly model: OnnxModel; readonly isQuantized: boolean },
  result: OnnxModel,
  { high_precision_dtype }: OnnxSettings,
): readonly string[] {
  if (high_precision_dtype !== 'fp16' || isQuantized) return [];
  const stored = new Map(result.graph.initializers.map(({ name, dtype }) => [name, dtype]));
  const isKept = (name: string) => stored.get(name) === 'float32' && !stored.has(`${name}_fp16`);
  const reads = countReads(model.graph);
  const found = model.graph.initializers
    .filter(({ name }) => reads.has(name) && !isKept(name))
    .flatMap((tensor) => outsideHalf(tensor) ?? []);
  return [
    ...sentence(found, 'large', 'beyond ±65504, which became ±65504'),
    ...sentence(found, 'small', 'nearer to zero than 6e-8, which became ±6e-8'),
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
