import { InputError } from '#contract/failure.ts';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { CheckpointTensor } from '../formats/pth/checkpoint.ts';
import type { WeightSite } from './weight-sites.ts';

/** A weight and a constant that belong together by name and differ: in shape, or by this much at most. */
export type Mismatch = {
  readonly tensor: CheckpointTensor;
  readonly initializer: OnnxTensor;
  readonly difference: number | 'shape';
};

export type MatchResult = {
  readonly graphName: string;
  readonly mismatches: readonly Mismatch[];
  /** Weights for which the graph has no place: of modules it never calls, or of another network. */
  readonly without: readonly CheckpointTensor[];
  /** Places that no weight fits. */
  readonly free: readonly WeightSite[];
  readonly matched: number;
  /** The graph's weights are in half precision: a conversion, not an export. */
  readonly isHalf: boolean;
};

/** Throws GRAPH_MISMATCH unless the graph is an export of the checkpoint's network with the checkpoint's weights. */
export function refuseMismatches(result: MatchResult): void {
  const { mismatches, without, free, matched, graphName } = result;
  const [first] = mismatches;
  const total = matched + without.length;
  if (first) throw mismatch(`${describe(largestOf(mismatches) ?? first, graphName)}${others(mismatches.length)}`);
  if (matched === 0 && result.isHalf) {
    throw new InputError(
      'UNSUPPORTED',
      `${graphName} has its weights in float16; activations are measured in float32`,
      {
        remedy: 'Export the graph from the float32 network.',
      },
    );
  }
  if (matched === 0 && without.length > 0) {
    throw mismatch(`None of the ${total} weights of the checkpoint is in ${graphName}`);
  }
  const orphan = without.find((tensor) => free.some((site) => sameElements(site.constant.shape, tensor.shape)));
  const place = orphan && free.find((site) => sameElements(site.constant.shape, orphan.shape));
  if (orphan && place) {
    throw mismatch(
      `${graphName} lacks ${orphan.name}: it holds ${place.constant.name} [${place.constant.shape.join(', ')}], which is none of the checkpoint's weights`,
    );
  }
}

function mismatch(sentence: string): InputError {
  return new InputError('GRAPH_MISMATCH', sentence, {
    remedy: 'Export the graph again from the network with exactly this checkpoint loaded.',
  });
}

function describe({ tensor, initializer, difference }: Mismatch, graphName: string): string {
  if (difference === 'shape') {
    return `${tensor.name} has the shape [${tensor.shape.join(', ')}] in the checkpoint, and ${initializer.name} the shape [${initializer.shape.join(', ')}] in ${graphName}`;
  }
  return `${tensor.name} of the checkpoint and ${initializer.name} of ${graphName} differ by up to ${difference.toPrecision(3)}`;
}

const others = (count: number): string => (count > 1 ? `, and ${count - 1} more weights differ` : '');

const size = ({ difference }: Mismatch): number => (difference === 'shape' ? Number.POSITIVE_INFINITY : difference);

const largestOf = (mismatches: readonly Mismatch[]): Mismatch | undefined =>
  mismatches.toSorted((a, b) => size(b) - size(a))[0];

const sameElements = (a: readonly number[], b: readonly number[]): boolean =>
  [...a].sort().join() === [...b].sort().join();
