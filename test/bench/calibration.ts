import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { datasetOf } from '#engine/inference/dataset.ts';
import { inferTypes } from '#engine/inference/infer-types.ts';
import type { ObserveOrder } from '#engine/inference/observation.ts';
import { observe } from '#engine/inference/observe.ts';
import type { SampleSource } from '#engine/inference/sample-source.ts';
import { openSession } from '#engine/inference/session.ts';
import { type Figure, figuresOf } from './figure.ts';
import { type Contender, type Cost, interleave } from './measure.ts';
import { residualNetwork } from './residual-network.ts';

/**
 * Calibration against the physical limit: one plain pass of ONNX Runtime over the same samples, in batches of 32, with
 * all its optimizations. Each contender is a process of its own, so that processor time and memory are its own.
 */
const networks = {
  'digits-cnn': { load: () => fixture('demo/digits-cnn.onnx'), samples: [64, 512] },
  'digits-vit': { load: () => fixture('demo/digits-vit.onnx'), samples: [64, 512] },
  /** The largest file of the zoo, and yet so small that a run is hardly longer than its start. */
  vit: { load: () => fixture('onnx-zoo/vit.onnx'), samples: [64, 512] },
  /** Of the size that people have: a plain pass takes 10 ms of processor time a sample. */
  'resnet-18': { load: async () => residualNetwork(), samples: [16] },
} as const satisfies Record<string, { load: () => Promise<OnnxModel>; samples: readonly number[] }>;

function fixture(name: string): Promise<OnnxModel> {
  return readOnnxModel({ path: fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), name });
}

const goals = { max: { wall: 1.5 }, entropy: { wall: 2.5 } } as const;

type Work = {
  readonly network: keyof typeof networks;
  readonly samples: number;
  readonly what: 'plain' | keyof typeof goals;
};

export async function calibrationFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const network of Object.keys(networks) as (keyof typeof networks)[])
    for (const samples of networks[network].samples) {
      const [plain, max, entropy] = await interleave(
        (['plain', 'max', 'entropy'] as const).map((what) => contender({ network, samples, what })),
        3,
      );
      for (const [what, ours] of [
        ['max', max!],
        ['entropy', entropy!],
      ] as const)
        figures.push(
          ...figuresOf({
            name: `${what} of ${network} on ${samples} samples`,
            ours,
            against: 'a plain pass',
            theirs: plain!,
            goals: goals[what],
          }),
        );
    }
  return [...figures, ...(await memoryFigures())];
}

/** Peak memory on 4,096 samples against that on 64: it is to stay the same. */
async function memoryFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const what of ['max', 'entropy'] as const) {
    const [few, many] = await interleave(
      [64, 4096].map((samples) => contender({ network: 'digits-cnn', samples, what })),
      1,
    );
    figures.push(
      ...figuresOf({
        name: `${what} of digits-cnn on 4096 samples`,
        ours: many!,
        against: 'on 64',
        theirs: few!,
        goals: { memory: 1.15 },
      }).filter((figure) => figure.what === 'memory'),
    );
  }
  return figures;
}

const run = promisify(execFile);

/** Times are of the work alone, without the start of the process; it says them itself. */
function contender(work: Work): Contender {
  const command = ['--import', 'tsx', fileURLToPath(import.meta.url), JSON.stringify(work)];
  return {
    name: work.what,
    async round() {
      const { stdout } = await run(process.execPath, command);
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Cost;
    },
  };
}

async function perform({ network, samples, what }: Work): Promise<void> {
  const model = await networks[network].load();
  const ports = model.graph.inputs;
  const dataset = datasetOf(waves(ports, samples), { ports, batchSize: what === 'plain' ? 32 : null });
  const options = { device: 'cpu', name: network, kernels: 'fastest' } as const;
  const tensors = await activations(model);
  const [started, before] = [performance.now(), process.cpuUsage()];
  if (what === 'plain') {
    const session = await openSession(model, options);
    for await (const { feeds } of dataset.batches()) await session.run(feeds, session.outputNames);
    await session.close();
  } else {
    const order: ObserveOrder = { tensors, groups: [], method: { kind: what } };
    const { signal } = new AbortController();
    await observe(model, order, { ...options, dataset, signal, onProgress: () => {} });
  }
  const { user, system } = process.cpuUsage(before);
  const wallSeconds = (performance.now() - started) / 1000;
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ wallSeconds, cpuSeconds: (user + system) / 1e6, peakRssBytes }));
}

/** What int8 placement quantizes most of: float inputs of the operators with int8 kernels. */
async function activations(model: OnnxModel): Promise<readonly string[]> {
  const view = viewGraph(model.graph);
  const readers = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'GlobalAveragePool', 'MaxPool']);
  const read = model.graph.nodes.filter(({ op }) => readers.has(op)).flatMap(({ inputs }) => inputs);
  const inputs = new Set(model.graph.inputs.map(({ name }) => name));
  const made = [...new Set(read)].filter((tensor) => tensor !== '' && !view.initializers.has(tensor));
  const types = await inferTypes(
    model,
    made.filter((tensor) => !inputs.has(tensor)),
    { device: 'cpu', name: 'the model' },
  );
  return made.filter((tensor) => inputs.has(tensor) || types.get(tensor) === 'float32');
}

/** Samples that are computed, so that no disk is measured. */
function waves(ports: readonly OnnxPort[], samples: number): SampleSource {
  return {
    name: 'waves',
    samples,
    random: false,
    inseparable: 1,
    idOf: String,
    read: async (wanted) =>
      new Map(
        ports.map(({ name, shape }) => {
          const dimensions = (shape ?? []).slice(1).map((size) => (typeof size === 'number' ? size : 1));
          const length = dimensions.reduce((product, size) => product * size, 1);
          const values = new Float32Array(wanted.length * length);
          for (const [row, sample] of wanted.entries())
            for (let i = 0; i < length; i++) values[row * length + i] = Math.sin(sample + i * i);
          return [
            name,
            { dtype: 'float32', shape: [wanted.length, ...dimensions], bytes: new Uint8Array(values.buffer) },
          ];
        }),
      ),
    readLabels: async () => null,
    close: async () => {},
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await perform(JSON.parse(process.argv[2] ?? '{}'));
