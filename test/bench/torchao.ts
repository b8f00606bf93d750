import { stat } from 'node:fs/promises';
import { formatBytes } from '#contract/format-bytes.ts';
import type { Linears } from './checkpoint.ts';
import { copying, engine, ours, realTorchao, type Task } from './contenders.ts';
import { type Figure, figuresOf } from './figure.ts';
import { interleave } from './measure.ts';
import { withLinears } from './with-linears.ts';

type Size = Linears & {
  readonly weights: Task['weights'];
  readonly rounds: number;
  readonly goals: { readonly wall: number; readonly CPU: number; readonly memory?: number };
};

/** Whole processes, from 5 MB, where starting is everything, to 1 GB, where moving bytes is. */
const sizes: readonly Size[] = [
  { layers: 5, width: 512, dtype: 'float32', weights: 'int8', rounds: 5, goals: { wall: 0.1, CPU: 0.1, memory: 0.3 } },
  { layers: 24, width: 1024, dtype: 'float32', weights: 'int8', rounds: 5, goals: { wall: 0.1, CPU: 0.1 } },
  { layers: 48, width: 1024, dtype: 'bfloat16', weights: 'int8', rounds: 3, goals: { wall: 0.1, CPU: 0.1 } },
  { layers: 24, width: 1024, dtype: 'float32', weights: 'fp8_e4m3fn', rounds: 3, goals: { wall: 0.1, CPU: 0.1 } },
  {
    layers: 60,
    width: 2048,
    dtype: 'float32',
    weights: 'int8',
    rounds: 3,
    goals: { wall: 0.2, CPU: 0.2, memory: 0.1 },
  },
];

/** Against the real torchao, as its user starts it. */
export async function torchaoFigures(python: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes)
    await withLinears(size, async (input) => {
      const task = { input, weights: size.weights };
      const [mine, theirs] = await interleave([ours(task), realTorchao(python, task)], size.rounds);
      const name = `torchao ${size.weights} of ${size.dtype}, ${formatBytes((await stat(input)).size)}`;
      figures.push(...figuresOf({ name, ours: mine!, against: 'torchao', theirs: theirs!, goals: size.goals }));
    });
  return figures;
}

/** Against the time that copying the file takes: 1 GB, INT8 of float32. */
export function copyFigures(): Promise<readonly Figure[]> {
  return withLinears({ layers: 60, width: 2048, dtype: 'float32' }, async (input) => {
    const task = { input, weights: 'int8' } as const;
    const [bare, whole, copy] = await interleave([engine(task), ours(task), copying(task)], 5);
    const against = 'cat in > out';
    const compare = (name: string, mine: typeof bare, wall: number) =>
      figuresOf({ name, ours: mine!, against, theirs: copy!, goals: { wall } }).filter(({ what }) => what === 'wall');
    return [
      ...compare('quantizing 1 GB, the engine', bare, 1),
      ...compare('quantizing 1 GB with digests, whole process', whole, 2),
    ];
  });
}
