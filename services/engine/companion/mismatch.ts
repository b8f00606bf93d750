import { InputError } from '#contract/failure.ts';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { CheckpointTensor } from '../formats/pth/checkpoint.ts';
import type { WeightSite } from './weights/weight-sites.ts';

/** A tensor and a constant that belong together and differ: in shape, or by this much at most. */
export type Mismatch = {
  readonly tensor: CheckpointTensor;
  readonly initializer: OnnxTensor;
  readonly difference: number | 'shape';
  /** The BatchNorm that the constant is a folded bias of: the tensor is then one of those that went into it. */
  readonly folded?: string;
};

export type MatchResult = {
  readonly graphName: string;
  readonly mismatches: readonly Mismatch[];
  /** Weights for which the graph has no place: of modules it never calls, or of another network. */
  readonly without: readonly CheckpointTensor[];
  /** Other tensors of which the same is true. */
  readonly idle: readonly CheckpointTensor[];
  /** Places that no tensor fits. */
  readonly free: readonly WeightSite[];
  /** How many weights of the checkpoint the graph holds. */
  readonly matched: number;
  /** How many tensors were compared with constants, whatever came out. */
  readonly compared: number;
};

/** Throws GRAPH_MISMATCH unless the graph is an export of the checkpoint's network with the checkpoint's weights. */
export function refuseMismatches(result: MatchResult): void {
  const { without, idle, free, matched, graphName } = result;
  const worst = worstFirst(result.mismatches);
  if (worst.length > 0) throw mismatch(differences(worst, result));
  if (matched === 0 && without.length > 0) {
    throw mismatch(`None of the ${without.length} weights of the checkpoint is in ${graphName}`);
  }
  for (const orphan of [...without, ...idle]) {
    const place = free.find(
      ({ constant: { shape } }) => sameElements(shape, orphan.shape) || isProjection(shape, orphan),
    );
    if (!place) continue;
    throw mismatch(
      `${graphName} lacks ${orphan.name}: it holds ${place.constant.name} [${place.constant.shape.join(', ')}], which is none of the checkpoint's tensors`,
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

function differences(
  worst: readonly Mismatch[],
  { compared, graphName }: Pick<MatchResult, 'compared' | 'graphName'>,
): string {
  const sentences = worst.slice(0, named).map((one) => describe(one, graphName));
  if (worst.length === 1) return sentences.join('');
  const which = worst.length > named ? `; the worst ${named}` : '';
  return `${worst.length} of ${compared} tensors of the checkpoint differ from those of ${graphName}${which}: ${sentences.join('; ')}`;
}

function describe({ tensor, initializer, difference, folded }: Mismatch, graphName: string): string {
  if (difference === 'shape') {
    return `${tensor.name} has the shape [${tensor.shape.join(', ')}] in the checkpoint, and ${initializer.name} the shape [${initializer.shape.join(', ')}] in ${graphName}`;
  }
  const how = Number.isFinite(difference)
    ? `differ by up to ${difference.toPrecision(3)}`
    : 'differ: one of them holds NaN or an infinite value';
  const what = folded === undefined ? `${tensor.name} of the checkpoint` : `${folded} of the checkpoint as a bias`;
  return `${what} and ${initializer.name} of ${graphName} ${how}`;
}

/** The projections of an attention stand in one tensor; an export may have one of the three, or two, by themselves. */
function isProjection([a = 0, b = 0]: readonly number[], { name, shape }: CheckpointTensor): boolean {
  const [rows = 0, columns = 0] = shape;
  const height = b === columns ? a : b;
  return (
    /\bin_proj_weight$/.test(name) && (a === columns || b === columns) && (3 * height) % rows === 0 && height < rows
  );
}

const sameElements = (a: readonly number[], b: readonly number[]): boolean =>
  [...a].sort().join() === [...b].sort().join();
