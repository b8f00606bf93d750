import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { seededRandom } from '#engine/inference/seeded-random.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { commandLine } from './contenders.ts';
import { type Figure, figuresOf } from './figure.ts';
import { type Contender, interleave } from './measure.ts';
import { processCost } from './process-cost.ts';

const script = fileURLToPath(new URL('./modelopt_onnx_user.py', import.meta.url));
const demo = (name: string) => fileURLToPath(new URL(`../fixtures/demo/${name}`, import.meta.url));
const goals = {
  64: { max: { wall: 0.3, CPU: 0.3, memory: 0.5 }, entropy: { wall: 0.3, CPU: 0.3, memory: 0.5 } },
  512: { max: { wall: 0.2, CPU: 0.2 }, entropy: { wall: 0.2, CPU: 0.2 } },
} as const;

type Network = { readonly name: string; readonly model: string; readonly data: string };

type Task = Network & { readonly method: 'max' | 'entropy'; readonly samples: number };

/** Against the real ModelOpt as its user starts it, on the demo models with their calibration set and on the zoo's largest: whole processes. */
export async function modeloptOnnxFigures(python: string): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-bench-'));
  try {
    const figures: Figure[] = [];
    for (const network of [
      await digits('digits-cnn', folder),
      await digits('digits-vit', folder),
      await largest(folder),
    ])
      for (const samples of [64, 512] as const)
        for (const method of ['max', 'entropy'] as const) {
          const task = { ...network, method, samples };
          const [mine, theirs] = await interleave([ours(task, folder), realModelOpt(python, task, folder)], 3);
          const name = `modelopt.onnx ${method} of ${network.name}, ${samples} samples`;
          const against = 'ModelOpt';
          figures.push(...figuresOf({ name, ours: mine!, against, theirs: theirs!, goals: goals[samples][method] }));
        }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digits(name: string, folder: string): Promise<Network> {
  return { name, model: await copied(demo(`${name}.onnx`), folder), data: demo('calibration.npz') };
}

/** ModelOpt rewrites the file that it is given. */
async function copied(model: string, folder: string): Promise<string> {
  const copy = join(folder, basename(model));
  await copyFile(model, copy);
  return copy;
}

/** The largest file of the zoo, with as many samples of its shape as are asked for. */
async function largest(folder: string): Promise<Network> {
  const model = fileURLToPath(new URL('../fixtures/onnx-zoo/vit.onnx', import.meta.url));
  const { graph } = await readOnnxModel({ path: model, name: 'vit.onnx' });
  const random = seededRandom(0);
  const data = join(folder, 'vit.npz');
  const arrays = graph.inputs.map(({ name, shape }) => {
    const sample = (shape ?? []).slice(1).map(Number);
    const values = new Float32Array(512 * sample.reduce((product, size) => product * size, 1));
    return { name, shape: [512, ...sample], values: values.map(() => random() * 2 - 1) };
  });
  await writeFile(data, writeNpz(arrays));
  return { name: 'vit', model: await copied(model, folder), data };
}

function ours({ model, data, method, samples }: Task, folder: string): Contender {
  const args = ['quantize', model, '--backend', 'modelopt.onnx', '--algorithm', method, '--calibration', data];
  const all = [...args, '--set', `max_samples=${samples}`, '--out', join(folder, 'ours'), '--json'];
  return { name: 'zeropoint', round: () => processCost([process.execPath, commandLine, ...all]) };
}

function realModelOpt(python: string, { model, data, method, samples }: Task, folder: string): Contender {
  const args = [model, data, join(folder, 'real.onnx'), method, String(samples)];
  return { name: 'ModelOpt', round: () => processCost([python, script, ...args]) };
}
