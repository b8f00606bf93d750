import { listNames } from '#contract/list-names.ts';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { CheckpointTensor } from '../formats/pth/checkpoint.ts';

type Leftovers = {
  /** Constants that nothing in the checkpoint became. */
  readonly strange: readonly OnnxTensor[];
  /** Tensors of the checkpoint that the graph does not have. */
  readonly unused: readonly CheckpointTensor[];
};

/** What neither side can account for, in one sentence or none: an exporter may have computed the ones of the others. */
export function leftoversInWords({ strange, unused }: Leftovers, graphName: string): readonly string[] {
  const idle = listNames(unused.map(({ name }) => name));
  if (strange.length === 0) return idle === '' ? [] : [`${graphName} never uses ${idle} of the checkpoint.`];
  const constants = listNames(strange.map(({ name, shape }) => `${name} [${shape.join(', ')}]`));
  const which = strange.length === 1 ? 'which is no tensor' : 'which are no tensors';
  const it = strange.length === 1 ? 'it comes' : 'they come';
  const from = idle === '' ? '' : ` It lacks ${idle}, of which the export may have computed what it has instead.`;
  return [
    `${graphName} computes with ${constants}, ${which} of the checkpoint: ${it} from the graph, so see that it was exported with exactly this checkpoint loaded.${from}`,
  ];
}
