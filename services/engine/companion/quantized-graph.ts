import type { OnnxModel } from '../formats/onnx/model.ts';
import { raiseOpset } from '../graph/prepare/raise-opset.ts';
import type { Companion } from './companion.ts';
import type { InputQuantizer } from './input-quantizer.ts';
import { withFakeQuantizedInputs } from './with-fake-quantized-inputs.ts';
import { withWeights } from './with-weights.ts';

export type QuantizedNetwork = {
  /** Dequantized weights by tensor name, as the checkpoint has both; the others stay as they are. */
  readonly replacements: ReadonlyMap<string, Float32Array>;
  readonly inputs: readonly InputQuantizer[];
};

/** The graph that computes what the fake-quantized network computes. Errors: UNSUPPORTED if FP8 needs a newer opset than the graph can be brought to. */
export function quantizedGraph(companion: Companion, { replacements, inputs }: QuantizedNetwork): OnnxModel {
  const weighted = withWeights(companion, replacements);
  const quantized = withFakeQuantizedInputs(weighted, companion.modules, inputs);
  const hasFp8 = inputs.some(({ format }) => format === 'fp8_e4m3fn');
  return hasFp8
    ? raiseOpset(quantized, { name: 'The companion graph', atLeast: fp8Opset, ranks: new Map() })
    : quantized;
}

/** The first in which QuantizeLinear makes FP8. */
const fp8Opset = 19;
