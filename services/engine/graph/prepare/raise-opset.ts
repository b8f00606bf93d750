import { InputError } from '#contract/failure.ts';
import { type OnnxModel, type OnnxNode, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { opsetChanges } from './opset-changes.ts';

/** Q/DQ need opset 13 for channels; ModelOpt asks for 19, which all of its output has at least. */
export const leastOpset = 19;
/** Opset 10 and before write Slice, Clip, Pad and Resize in other words. */
const oldestOpset = 11;
const irVersion = 10;

/**
 * The model at opset 19 or, if it is newer already, at its own; IR version 10 (which TensorRT's parsers read).
 * `ranks` are of the tensors that a Softmax of an old opset reads.
 * Errors: UNSUPPORTED if an operator cannot be said in the newer opset, naming it.
 */
export function raiseOpset(model: OnnxModel, name: string, ranks: ReadonlyMap<string, number>): OnnxModel {
  const from = standardOpset(model);
  if (from >= leastOpset) return { ...model, irVersion };
  if (from < oldestOpset) {
    throw new InputError(
      'UNSUPPORTED',
      `${name} uses opset ${from}; from ${oldestOpset} on a model can be brought to ${leastOpset}, which quantized models need.`,
      {
        remedy: 'Export it again with opset 17 or newer.',
      },
    );
  }
  const taken = new Set([
    ...model.graph.initializers.map((tensor) => tensor.name),
    ...model.graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
  const freshName = (wish: string) => {
    let fresh = wish;
    for (let suffix = 1; taken.has(fresh); suffix += 1) fresh = `${wish}_${suffix}`;
    taken.add(fresh);
    return fresh;
  };
  const constants: OnnxTensor[] = [];
  const convert = (node: OnnxNode): OnnxNode => {
    let current = node;
    for (const change of opsetChanges) {
      if (change.since <= from || node.domain !== '' || !change.ops.includes(node.op)) continue;
      const converted = change.convert(current, { freshName, rank: (tensor) => ranks.get(tensor) ?? null });
      if (typeof converted === 'string') {
        throw new InputError(
          'UNSUPPORTED',
          `${node.op} ${node.name} of ${name} cannot be brought from opset ${from} to ${leastOpset}: ${converted}.`,
          {
            remedy: 'Export the network again with opset 17 or newer.',
          },
        );
      }
      current = converted.node;
      constants.push(...converted.constants);
    }
    return current;
  };
  const nodes = model.graph.nodes.map(convert);
  return {
    ...model,
    irVersion,
    opsets: [
      { domain: '', version: leastOpset },
      ...model.opsets.filter((opset) => opset.domain !== '' && opset.domain !== 'ai.onnx'),
    ],
    graph: { ...model.graph, nodes, initializers: [...model.graph.initializers, ...constants] },
  };
}
