import type { OnnxModel } from '../../formats/onnx/model.ts';
import type { TensorStore } from '../../formats/onnx/tensor-store.ts';
import { raiseOpset } from '../../graph/prepare/raise-opset.ts';
import type { Companion } from '../companion.ts';
import type { InputFormat, InputQuantizer } from '../input-quantizer.ts';
import { withQuantizedRecurrence } from '../recurrent/with-quantized-recurrence.ts';
import type { WeightSource } from '../weights/weight-source.ts';
import { withWeights } from '../weights/with-weights.ts';
import { withFakeQuantizedInputs } from './with-fake-quantized-inputs.ts';

export type QuantizedNetwork = {
  /** Dequantized weights; the others stay as they are. */
  readonly replacements: WeightSource;
  readonly inputs: readonly InputQuantizer[];
};

export type QuantizedGraph = {
  readonly model: OnnxModel;
  /** What of the quantized network the graph does not compute. */
  readonly warnings: readonly string[];
};

/**
 * The graph that computes what the fake-quantized network computes, with its new weights in the store. Errors:
 * UNSUPPORTED if what rounds needs a newer opset than the graph can be brought to.
 */
export async function quantizedGraph(
  companion: Companion,
  { replacements, inputs }: QuantizedNetwork,
  store: TensorStore,
): Promise<QuantizedGraph> {
  const weighted = await withWeights(companion, { weights: replacements, store });
  const rounded = withFakeQuantizedInputs(
    weighted,
    companion.modules,
    inputs.filter(({ layer }) => layer === null),
  );
  const atLeast = Math.max(
    ...inputs.map(({ format, layer }) => (layer ? Math.max(scanOpset, leastOpsets[format]) : leastOpsets[format])),
  );
  const raised = raiseOpset(rounded, { name: 'The companion graph', atLeast, ranks: new Map() });
  const { model, left } = withQuantizedRecurrence(raised, companion, inputs);
  return {
    model,
    warnings: [...hidden(companion, inputs), ...left.map(notWritten)],
  };
}

/** The first in which QuantizeLinear makes this. */
const leastOpsets = { int8: 10, fp8_e4m3fn: 19 } as const satisfies Record<InputFormat, number>;
/** The first in which Split and Unsqueeze are as recurrent layers are written out with. */
const scanOpset = 13;

function hidden({ modules }: Companion, inputs: readonly InputQuantizer[]): string[] {
  const shown = new Set(modules.filter((module) => module.inputs.length > 0).map(({ name }) => name));
  const names = [...new Set(inputs.map(({ module }) => module))].filter((name) => !shown.has(name));
  if (names.length === 0) return [];
  return [
    `The companion graph does not show what ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} called with, so the accuracy is without that rounding.`,
  ];
}

const notWritten = (module: string): string =>
  `${module} has recurrent layers of a kind that are not written out here, so the accuracy is without the rounding of what they are called with.`;
