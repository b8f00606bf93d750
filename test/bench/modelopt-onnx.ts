import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from './contenders.ts';
import { type Figure, figuresOf } from './figure.ts';
import { type Contender, interleave } from './measure.ts';
import { processCost } from './process-cost.ts';

const script = fileURLToPath(new URL('./modelopt_onnx_user.py', import.meta.url));
const demo = (name: string) => fileURLToPath(new URL(`../fixtures/demo/${name}`, import.meta.url));
const data = demo('calibration.npz');

const goals = {
  64: { max: { wall: 0.3, CPU: 0.3, memory: 0.5 }, entropy: { wall: 0.3, CPU: 0.3, memory: 0.5 } },
  512: { max: { wall: 0.2, CPU: 0.2 }, entropy: { wall: 0.2, CPU: 0.2 } },
} as const;

type Task = { readonly model: string; readonly method: 'max' | 'entropy'; readonly samples: number };

/** Against the real ModelOpt as its user starts it, on the demo models with their calibration set: whole processes. */
export async function modeloptOnnxFigures(python: string): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-bench-'));
  try {
    const figures: Figure[] = [];
    for (const network of ['digits-cnn', 'digits-vit'])
      for (const samples of [64, 512] as const)
        for (const method of ['max', 'entropy'] as const) {
          const task = { model: demo(`${network}.onnx`), method, samples };
          const [mine, theirs] = await interleave([ours(task, folder), realModelOpt(python, task, folder)], 3);
          const name = `modelopt.onnx ${method} of ${network}, ${samples} samples`;
          const against = 'ModelOpt';
          figures.push(...figuresOf({ name, ours: mine!, against, theirs: theirs!, goals: goals[samples][method] }));
        }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ours({ model, method, samples }: Task, folder: string): Contender {
  const args = ['quantize', model, '--backend', 'modelopt.onnx', '--algorithm', method, '--calibration', data];
  const all = [...args, '--set', `max_samples=${samples}`, '--out', join(folder, 'ours'), '--json'];
  return { name: 'zeropoint', round: () => processCost([process.execPath, commandLine, ...all]) };
}

function realModelOpt(python: string, { model, method, samples }: Task, folder: string): Contender {
  const args = [model, data, join(folder, 'real.onnx'), method, String(samples)];
  return { name: 'ModelOpt', round: () => processCost([python, script, ...args]) };
}
