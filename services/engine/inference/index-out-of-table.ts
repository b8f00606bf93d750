import { InputError } from '#contract/failure.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { integers, type TensorValue } from './tensor-value.ts';

type FailedRun = {
  readonly name: string;
  readonly feeds: ReadonlyMap<string, TensorValue>;
  readonly cause: unknown;
};

/**
 * A run that failed because a value of an input is no row of the table that it is looked up in, as a token of another
 * vocabulary is none of an embedding: then the data is what has to be mended, not the graph. Null for other failures.
 */
export function indexOutOfTable(model: OnnxModel, { name, feeds, cause }: FailedRun): InputError | null {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, nodeName, index, last] = outOfBounds.exec(text) ?? [];
  if (nodeName === undefined) return null;
  const node = model.graph.nodes.find((one) => one.op === 'Gather' && one.name === nodeName);
  const input = node && inputBehind(node, model);
  const value = input === undefined ? undefined : feeds.get(input);
  if (!node || !value || !integers(value).includes(Number(index))) return null;
  return new InputError(
    'CALIBRATION_MISMATCH',
    `The data has the value ${index} for the input ${input} of ${name}, and ${node.inputs[0]}, in which the Gather node ${node.name} looks it up, has ${Number(last) + 1} rows: 0 to ${last}`,
    { remedy: `Mend the data: a value beyond ${last} comes from another tokenizer or vocabulary.`, cause },
  );
}

/** `… running Gather node. Name:'/emb/Gather' Status Message: indices element out of data bounds, idx=565 must be within the inclusive range [-100,99]` */
const outOfBounds =
  /running Gather node\. Name:'([^']+)' Status Message: .*out of data bounds, idx=(-?\d+) must be .* range \[-?\d+,(\d+)\]/s;

/** They hand the values of their first input on. */
const movers: ReadonlySet<string> = new Set([
  ...['Cast', 'Expand', 'Flatten', 'Identity', 'Reshape', 'Slice', 'Squeeze', 'Transpose', 'Unsqueeze'],
]);

/** The input of the graph from which the indices of a Gather come as they are. */
function inputBehind(gather: OnnxNode, { graph }: OnnxModel): string | undefined {
  const { producer } = viewGraph(graph);
  let tensor = gather.inputs[1] ?? '';
  for (let node = producer(tensor); node; node = producer(tensor)) {
    if (!movers.has(node.op)) return undefined;
    tensor = node.inputs[0] ?? '';
  }
  return tensor;
}
