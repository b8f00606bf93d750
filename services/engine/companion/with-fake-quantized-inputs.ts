import type { OnnxModel, OnnxNode, OnnxTensor } from '../formats/onnx/model.ts';
import { makeTensor } from '../formats/onnx/tensor.ts';
import type { CompanionModule, ModuleInput } from './companion.ts';

/** max |x| of what each module is called with, by module name. */
export type ActivationAmax = ReadonlyMap<string, number>;

/**
 * The graph with a Q/DQ pair on every input that a module with an amax reads: INT8, symmetric, scale amax / 127,
 * as ModelOpt's fake quantization (which multiplies by 127 / amax where ONNX divides: one step apart at ties).
 * Other readers of the same tensor, such as a residual Add, keep seeing the float values.
 */
export function withFakeQuantizedInputs(
  model: OnnxModel,
  modules: readonly CompanionModule[],
  amaxOf: ActivationAmax,
): OnnxModel {
  const pairs = modules.flatMap((module) => {
    const amax = amaxOf.get(module.name);
    return amax === undefined ? [] : module.inputs.map((input) => qdqPair(input, amax));
  });
  const pairsOf = new Map<number, QdqPair[]>();
  for (const pair of pairs) pairsOf.set(pair.at.node, [...(pairsOf.get(pair.at.node) ?? []), pair]);
  const nodes = model.graph.nodes.flatMap((node, index): OnnxNode[] => {
    const own = pairsOf.get(index) ?? [];
    const inputs = node.inputs.map((name, i) => own.find(({ at }) => at.input === i)?.output ?? name);
    return [...own.flatMap((pair) => pair.nodes), { ...node, inputs }];
  });
  const initializers = [...model.graph.initializers, ...pairs.flatMap((pair) => pair.constants)];
  return { ...model, graph: { ...model.graph, nodes, initializers } };
}

type QdqPair = {
  readonly at: ModuleInput;
  readonly output: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
};

function qdqPair(at: ModuleInput, amax: number): QdqPair {
  const base = `zeropoint/${at.node}/${at.input}`;
  const [scale, zeroPoint, quantized, output] = ['scale', 'zero_point', 'quantized', 'dequantized'].map(
    (part) => `${base}/${part}`,
  ) as [string, string, string, string];
  const node = (op: string, from: string, to: string): OnnxNode => ({
    name: `${base}/${op}`,
    op,
    domain: '',
    inputs: [from, scale, zeroPoint],
    outputs: [to],
    attributes: [],
    rest: {},
  });
  return {
    at,
    output,
    nodes: [node('QuantizeLinear', at.tensor, quantized), node('DequantizeLinear', quantized, output)],
    constants: [
      makeTensor({ name: scale, dtype: 'float32', shape: [] }, scaleBytes(amax)),
      makeTensor({ name: zeroPoint, dtype: 'int8', shape: [] }, new Uint8Array(1)),
    ],
  };
}

/** ModelOpt takes an amax up to 2^-24 for zero and gives zeros: with scale 1, everything so small rounds to 0. */
function scaleBytes(amax: number): Uint8Array {
  return new Uint8Array(Float32Array.of(amax <= 2 ** -24 ? 1 : amax / 127).buffer);
}
