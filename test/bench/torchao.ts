import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { torchao } from '#torchao/backend.ts';
import { type Figure, figure } from './figure.ts';
import { type Contender, interleave } from './measure.ts';

const layers = 48;
const width = 1024;

/** The torchao backend on a checkpoint of 48 Linears [1024, 1024] (201 MB) against copying the file and, given a Python that has it, the real torchao. */
export async function torchaoFigures(rounds: number, python: string | undefined): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-bench-'));
  const input = join(folder, 'in.pth');
  let real: Awaited<ReturnType<typeof realTorchao>> | null = null;
  try {
    if (python) real = await realTorchao(python, input, join(folder, 'real.pth'));
    await writeCheckpoint(input, checkpoint());
    const contenders = [
      ours(input, join(folder, 'ours')),
      copying(input, join(folder, 'copy')),
      ...(real ? [real.contender()] : []),
    ];
    const [mine, ...others] = await interleave(contenders, rounds);
    const { size } = await stat(input);
    return others.map((other) => figure('torchao int8 of a .pth', size, [mine!, other]));
  } finally {
    real?.stop();
    await rm(folder, { recursive: true });
  }
}

function ours(input: string, outputDir: string): Contender {
  const files = { model: { path: input, name: 'in.pth' } };
  const recipe = catalogue.torchao.preset;
  return {
    name: 'zeropoint',
    async round() {
      await rm(outputDir, { recursive: true, force: true });
      await mkdir(outputDir);
      const plan = await torchao.plan({ recipe, files });
      const report = { progress: () => {}, log: () => {} };
      await torchao.quantize({ recipe, files, plan, outputDir, report, signal: new AbortController().signal });
      return undefined;
    },
  };
}

function copying(input: string, output: string): Contender {
  return {
    name: 'cat in > out',
    async round() {
      const [from, to] = await Promise.all([open(input), open(output, 'w')]);
      const [code] = await once(spawn('cat', { stdio: [from.fd, to.fd, 'inherit'] }), 'exit');
      await Promise.all([from.close(), to.close()]);
      if (code !== 0) throw new Error(`cat ended with ${code}`);
      return undefined;
    },
  };
}

/** A Python that has imported torchao and does one round for each line it is sent. */
async function realTorchao(python: string, input: string, output: string) {
  const script = fileURLToPath(new URL('./torchao_rounds.py', import.meta.url));
  const child: ChildProcess = spawn(python, [script, input, output], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ${script} ended`);
    return String(value);
  };
  await next();
  return {
    contender: (): Contender => ({
      name: 'torchao 0.18',
      async round() {
        child.stdin!.write('\n');
        return Number(await next());
      },
    }),
    stop: () => child.stdin!.end(),
  };
}

/** Weights like a trained layer's: a bell of small numbers, and a seed so that every run has the same. */
function checkpoint() {
  const weight = Float32Array.from(
    { length: width * width },
    (_, i) => Math.sin(i * 12.9898) * Math.sin(i * 78.233) * 0.05,
  );
  const bytes = async () => new Uint8Array(weight.buffer);
  return orderedDict(
    Array.from({ length: layers }, (_, layer) => {
      const storage = { dtype: 'float32' as const, length: width * width, bytes };
      return [`linear_${layer}.weight`, tensor([width, width], storage)] as const;
    }),
  );
}
