import type { Granularity } from '#contract/recipe/torchao-request.ts';

/** The part of a weight that shares a scale: torchao's `block_size`. */
export type Block = { readonly rows: number; readonly cols: number };

/** [1, K] per row, [N, K] per tensor, [1, g] per group. */
export function blockOf(granularity: Granularity, [rows, cols]: readonly [number, number]): Block {
  switch (granularity.kind) {
    case 'per_row':
      return { rows: 1, cols };
    case 'per_tensor':
      return { rows, cols };
    case 'per_group':
      return { rows: 1, cols: granularity.size };
  }
}

/** One scale for each block; a weight without elements may have rows or columns without any. */
export function scaleShape(block: Block, [rows, cols]: readonly [number, number]): readonly [number, number] {
  return [block.rows === 0 ? 0 : rows / block.rows, block.cols === 0 ? 0 : cols / block.cols];
}
