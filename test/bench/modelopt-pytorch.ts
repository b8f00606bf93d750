import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNpz } from '../kit/write-npz.ts';
import { commandLine } from './contenders.ts';
import { type Figure, figuresOf } from './figure.ts';
import { type Contender, interleave } from './measure.ts';
import { processCost } from './process-cost.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const script = here('./modelopt_pytorch_user.py');

/** The demo models, and the largest of the networks that are compared number for number. */
const networks: readonly Network[] = [
  demo('digits-cnn', 'digits_cnn'),
  demo('digits-vit', 'digits_vit'),
  {
    name: 'convbn',
    python: [here('../interop/parity_nets.py'), 'convbn'],
    folder: here('../fixtures/modelopt-nets'),
    sample: [3, 24, 24],
  },
];

type Network = {
  readonly name: string;
  /** Where a user of Python has its definition, and what it is called there. */
  readonly python: readonly [file: string, name: string];
  readonly folder: string;
  readonly sample: readonly number[];
};

function demo(name: string, inPython: string): Network {
  const folder = here('../fixtures/demo');
  return { name, python: [join(folder, 'digits_models.py'), inPython], folder, sample: [1, 28, 28] };
}

const goals = { wall: 0.3, CPU: 0.3, memory: 0.4 } as const;
const samples = [64, 512, 4096] as const;

/** Against the real ModelOpt as its user starts it, INT8 of weights and activations: whole processes. */
export async function modeloptPytorchFigures(python: string): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-bench-'));
  try {
    const figures: Figure[] = [];
    for (const network of networks) figures.push(...(await figuresOfNetwork({ python, folder }, network)));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Place = { readonly python: string; readonly folder: string };

async function figuresOfNetwork({ python, folder }: Place, network: Network): Promise<readonly Figure[]> {
  const data = await Promise.all(samples.map((count) => noise(network, count, folder)));
  const mine = data.map((file) => ours(network, file, folder));
  const theirs = data.map((file) => realModelOpt(python, network, { file, folder }));
  const costs = await interleave([...mine, ...theirs], 3);
  return samples.flatMap((count, i) => {
    const name = `modelopt.pytorch of ${network.name}, ${count} samples`;
    const [cost, other, fewest] = [costs[i]!, costs[samples.length + i]!, costs[0]!];
    const grown = { name, ours: cost, against: `with ${samples[0]}`, theirs: fewest, goals: { memory: 1.15 } };
    return [
      ...figuresOf({ name, ours: cost, against: 'ModelOpt', theirs: other, goals }),
      ...(i === 0 ? [] : figuresOf(grown).filter(({ what }) => what === 'memory')),
    ];
  });
}

/** What the samples are does not matter for what they cost; the generator is xorshift. */
async function noise({ name, sample }: Network, count: number, folder: string): Promise<string> {
  const values = new Float32Array(sample.reduce((product, size) => product * size, count));
  let state = 1;
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = state / 2 ** 31;
  }
  const file = join(folder, `${name}-${count}.npz`);
  await writeFile(file, writeNpz([{ name: 'input', shape: [count, ...sample], values }]));
  return file;
}

function ours({ name, folder: fixtures }: Network, file: string, folder: string): Contender {
  const [model, graph] = [join(fixtures, `${name}.pth`), join(fixtures, `${name}.onnx`)];
  const args = ['quantize', model, '--backend', 'modelopt.pytorch', '--algorithm', 'max', '--graph', graph];
  const all = [...args, '--calibration', file, '--out', join(folder, 'ours'), '--json'];
  return { name: 'zeropoint', round: () => processCost([process.execPath, commandLine, ...all]) };
}

function realModelOpt(python: string, network: Network, { file, folder }: { file: string; folder: string }): Contender {
  const model = join(network.folder, `${network.name}.pth`);
  const args = [...network.python, model, file, join(folder, 'real.pth')];
  return { name: 'ModelOpt', round: () => processCost([python, script, ...args]) };
}
