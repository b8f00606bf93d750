import { InputError } from '#contract/failure.ts';
import { type OnnxModel, standardOpset } from '#engine/formats/onnx/model.ts';
import { convertGraph } from './opset/convert-graph.ts';

/** Q/DQ need opset 13 for channels; ModelOpt asks for 19, which all of its output has at least. */
export const leastOpset = 19;
const oldestOpset = 7;
/** Later ones are not told from this one. */
const newestOpset = 23;
const irVersion = 10;

export type OpsetOrder = {
  /** What messages call the model. */
  readonly name: string;
  /** A model that is newer already stays at its own opset. */
  readonly atLeast: number;
  /** Of the tensors that a Softmax of opset 12 or older reads, as far as they are known. */
  readonly ranks: ReadonlyMap<string, number>;
};

/**
 * The model at opset `atLeast` or its own, with its subgraphs; IR version 10 (which TensorRT's parsers read).
 * Errors: UNSUPPORTED if an operator cannot be said in the newer opset, naming it.
 */
export function raiseOpset(model: OnnxModel, { name, atLeast, ranks }: OpsetOrder): OnnxModel {
  const from = standardOpset(model);
  if (from >= atLeast) return { ...model, irVersion };
  if (from < oldestOpset || atLeast > newestOpset) {
    throw new InputError(
      'UNSUPPORTED',
      `${name} uses opset ${from}; models of opset ${oldestOpset} to ${newestOpset} can be brought to a newer one of these.`,
      { remedy: 'Export it again with opset 17 or newer.' },
    );
  }
  return {
    ...model,
    irVersion,
    opsets: [
      { domain: '', version: atLeast },
      ...model.opsets.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx'),
    ],
    graph: convertGraph(model, { from, to: atLeast, name, ranks }),
  };
}
