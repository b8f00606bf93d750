import { InputError } from '#contract/failure.ts';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { CheckpointTensor } from '../formats/pth/checkpoint.ts';
import type { WeightSite } from './weights/weight-sites.ts';

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
  /** How many weights of the checkpoint the graph holds. */
  readonly matched: number;
};

/** Throws GRAPH_MISMATCH unless the graph is an export of the checkpoint's network with the checkpoint's weights. */
export function refuseMismatches({ mismatches, without, free, matched, graphName }: MatchResult): void {
  const worst = worstFirst(mismatches);
  if (worst.length > 0) {
    const total = matched + new Set([...mismatches.map(({ tensor }) => tensor), ...without]).size;
    throw mismatch(differences(worst, { total, graphName }));
  }
  if (matched === 0 && without.length > 0) {
    throw mismatch(`None of the ${without.length} weights of the checkpoint is in ${graphName}`);
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

/** One for each weight, the furthest away first; another shape is further than any number. */
function worstFirst(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  const sorted = mismatches.toSorted((a, b) => size(b) - size(a) || 0);
  return sorted.filter(({ tensor }, i) => sorted.findIndex((other) => other.tensor === tensor) === i);
}

const size = ({ difference }: Mismatch): number => (difference === 'shape' ? Number.MAX_VALUE : difference);

/** At most this many are named. */
const named = 3;

function differences(worst: readonly Mismatch[], of: { readonly total: number; readonly graphName: string }): string {
  const sentences = worst.slice(0, named).map((one) => describe(one, of.graphName));
  if (worst.length === 1) return sentences.join('');
  const which = worst.length > named ? `; the worst ${named}` : '';
  return `${worst.length} of the ${of.total} weights of the checkpoint differ from those of ${of.graphName}${which}: ${sentences.join('; ')}`;
}

function describe({ tensor, initializer, difference }: Mismatch, graphName: string): string {
  if (difference === 'shape') {
    return `${tensor.name} has the shape [${tensor.shape.join(', ')}] in the checkpoint, and ${initializer.name} the shape [${initializer.shape.join(', ')}] in ${graphName}`;
  }
  const how = Number.isFinite(difference)
    ? `differ by up to ${difference.toPrecision(3)}`
    : 'differ: one of them holds NaN or an infinite value';
  return `${tensor.name} of the checkpoint and ${initializer.name} of ${graphName} ${how}`;
}

const sameElements = (a: readonly number[], b: readonly number[]): boolean =>
  [...a].sort().join() === [...b].sort().join();
