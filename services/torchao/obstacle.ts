import type { WeightRequest } from '#contract/recipe/torchao-request.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** Why a weight of a Linear stays as it is. */
export type Obstacle = {
  readonly reason: string;
  /** What torchao 0.18 itself does: it raises an error, or it quantizes the weight all the same. */
  readonly torchao: 'fails' | 'quantizes';
};

/**
 * What stands in the way of a request; null if nothing does. Tried on torchao 0.18.0: a block of one element in a
 * larger weight makes it reduce everything, INT8 needs elements, FP8 casts whatever number it gets.
 */
export function obstacleOf({ dtype, shape }: CheckpointTensor, request: WeightRequest): Obstacle | null {
  const [rows = 0, cols = 0] = shape;
  return dtypeObstacle(dtype, request) ?? groupObstacle(cols, request) ?? shapeObstacle([rows, cols], request);
}

const int8Dtypes: ReadonlySet<string> = new Set(['float32', 'bfloat16', 'float16']);
const float8Dtypes: ReadonlySet<string> = new Set([...int8Dtypes, 'float64']);

function dtypeObstacle(dtype: string, request: WeightRequest): Obstacle | null {
  if (request.dtype === 'int8')
    return int8Dtypes.has(dtype)
      ? null
      : fails(`torchao makes INT8 of float32, bfloat16 and float16 and fails on ${dtype}`);
  if (float8Dtypes.has(dtype)) return null;
  if (dtype.startsWith('float8')) return fails(`torchao fails on ${dtype}, which is FP8 already`);
  return {
    reason: `its ${dtype} numbers are no weights of a trained Linear, though torchao would cast them to FP8`,
    torchao: 'quantizes',
  };
}

function groupObstacle(cols: number, { granularity }: WeightRequest): Obstacle | null {
  if (granularity.kind !== 'per_group' || cols % granularity.size === 0) return null;
  return fails(`K = ${cols} is no multiple of the group ${granularity.size}, where torchao fails`);
}

function shapeObstacle([rows, cols]: readonly [number, number], request: WeightRequest): Obstacle | null {
  const { kind } = request.granularity;
  const width = request.granularity.kind === 'per_group' ? request.granularity.size : cols;
  if (kind !== 'per_tensor' && width === 1 && rows * cols !== 1)
    return fails(
      kind === 'per_row' ? `torchao fails on a weight [${rows}, 1] of one column` : 'torchao fails on groups of 1',
    );
  if (rows > 0 && cols > 0) return null;
  // Empty FP8 weights pass where every reduction has a block to reduce.
  const passes =
    request.dtype !== 'int8' && (kind === 'per_row' ? cols > 0 : kind === 'per_group' && fits(rows, cols, width));
  return passes ? null : fails(`its weight [${rows}, ${cols}] has no elements, where torchao fails`);
}

const fits = (rows: number, cols: number, width: number): boolean => cols === 0 || (rows === 0 && cols === width);

const fails = (reason: string): Obstacle => ({ reason, torchao: 'fails' });
