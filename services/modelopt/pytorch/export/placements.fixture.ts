import { readFile } from 'node:fs/promises';
import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { parityFile } from '#kit/parity-net.ts';

/** Of a pair: who reads it at which input, its axis, and the bytes of its scales: `/fc/Gemm 1, axis 0: c273fe3b…`. */
export type Placement = string;

/** Where the pairs of a model are, one line for each reader. */
export function placementsIn({ graph: { nodes, initializers } }: OnnxModel): readonly Placement[] {
  const constants = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const readers = new Map<string, string[]>();
  for (const node of nodes)
    for (const [input, name] of node.inputs.entries())
      readers.set(name, [...(readers.get(name) ?? []), `${node.name} ${input}`]);
  return nodes
    .filter(({ op }) => op === 'DequantizeLinear')
    .flatMap((node) => {
      const scale = constants.get(node.inputs[1] ?? '');
      if (!scale) throw new Error(`${node.name} has no stored scale`);
      const axis = scale.shape.length === 0 ? null : intAttribute(node, 'axis', 1);
      const bytes = Buffer.from(tensorBytes(scale)).toString('hex');
      return (readers.get(node.outputs[0] ?? '') ?? []).map((reader) => placement(reader, axis, bytes));
    })
    .sort();
}

/** Where `torch.onnx.export` or ModelOpt’s `deploy` put them: `convbn.int8.torch`. */
export async function expectedPlacements(name: string): Promise<readonly Placement[]> {
  const listed: readonly Listed[] = JSON.parse(
    await readFile(parityFile(`onnx-export/${name}.placements.json`).path, 'utf8'),
  );
  return listed
    .flatMap(({ consumers, axis, scale }) =>
      consumers.map(({ node, input }) => placement(`${node} ${input}`, axis, scale.bytes)),
    )
    .sort();
}

type Listed = {
  readonly consumers: readonly { readonly node: string; readonly input: number }[];
  readonly axis: number | null;
  readonly scale: { readonly bytes: string };
};

const placement = (reader: string, axis: number | null, scales: string): Placement =>
  `${reader}, axis ${axis}: ${scales}`;
