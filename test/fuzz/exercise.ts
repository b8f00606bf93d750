import { join } from 'node:path';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { backendCard } from '#contract/recipe/catalogue.ts';
import { openModel } from '#engine/formats/checkpoint/open-model.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { restWith } from '#engine/formats/pth/keep-rest.ts';
import { dict } from '#engine/formats/pth/pickle/build.ts';
import { denseBytes } from '#engine/formats/storage-bytes.ts';
import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { runBackend } from '#execution/run-backend.ts';
import { torchao } from '#torchao/backend.ts';
import type { Finding, Outcome } from './outcome.ts';

export type Subject = {
  readonly file: InputFile;
  /** A folder in which `out` may be made. */
  readonly folder: string;
};

/** Does with a file what the product does with an upload, one after the other, whatever the step before said. */
export async function exercise(subject: Subject): Promise<Outcome> {
  const inspected = await settle(inspect, subject);
  const read = await settle(readAll, subject);
  const quantized = await settle(quantize, subject);
  const outcomes = [inspected, read, quantized];
  const finding = outcomes.find(({ kind }) => kind === 'finding');
  if (finding) return finding;
  const refused = [inspected, read].find(({ kind }) => kind === 'refused');
  if (refused === inspected && quantized.kind === 'quantized') return disagreement(inspected);
  return refused ?? quantized;
}

async function inspect({ file }: Subject): Promise<'read'> {
  JSON.stringify(await inspectFile(file));
  return 'read';
}

/** The most that one case reads: a thousand tensors may show the same 256 MB. */
const MOST_BYTES = 1 << 28;

async function readAll({ file }: Subject): Promise<'read'> {
  if (file.name.endsWith('.npz')) return readSamples(file);
  if (file.name.endsWith('.onnx')) return 'read';
  const checkpoint = await openModel(file);
  try {
    let left = MOST_BYTES;
    for (const tensor of checkpoint.tensors) {
      const expected = denseBytes(tensor);
      left -= expected;
      if (left < 0) break;
      const { length } = await checkpoint.read(tensor);
      if (length !== expected) throw new Error(`${tensor.name} gave ${length} bytes where ${expected} were promised`);
      const extent = checkpoint.locate(tensor);
      if (extent && extent.bytes !== expected) throw new Error(`${tensor.name} lies in ${extent.bytes} bytes`);
    }
    keepRest(checkpoint);
    return 'read';
  } finally {
    await checkpoint.close();
  }
}

/** That something cannot be written again is an answer, too. */
function keepRest(checkpoint: Checkpoint): void {
  try {
    restWith(checkpoint, dict());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}

async function readSamples(file: InputFile): Promise<'read'> {
  const npz = await openNpz(file.path, file.name);
  try {
    for (const { name, shape } of npz.arrays) {
      const rows = Math.min(shape[0] ?? 0, 3);
      for (const start of [0, (shape[0] ?? 0) - rows]) await npz.readRows(name, start, rows);
    }
    return 'read';
  } finally {
    await npz.close();
  }
}

/** That the default recipe finds nothing to quantize, or a weight that it cannot, is an answer. */
async function quantize({ file, folder }: Subject): Promise<'read' | 'quantized'> {
  if (!/\.(pth|safetensors)$/.test(file.name)) return 'read';
  const recipe = backendCard('torchao').preset;
  const report = { progress: () => undefined, log: () => undefined };
  const { signal } = new AbortController();
  const run = { backend: torchao, recipe, files: { model: file }, outputDir: join(folder, 'out'), signal, report };
  return runBackend(run).then(
    () => 'quantized' as const,
    (error: unknown) => {
      if (error instanceof InputError && !sentenceFault(error.message, folder)) return 'read' as const;
      throw error;
    },
  );
}

async function settle(step: (subject: Subject) => Promise<'read' | 'quantized'>, subject: Subject): Promise<Outcome> {
  try {
    return { kind: await step(subject) };
  } catch (error) {
    if (!(error instanceof InputError)) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'finding', what: 'exception', detail };
    }
    const { code, message } = error;
    return sentenceFault(message, subject.folder) ?? { kind: 'refused', code, message };
  }
}

/** One sentence that a person can read, and nothing of this machine in it. */
function sentenceFault(message: string, folder: string): Finding | null {
  const sound =
    message.length <= 1_500 && !message.includes('\n') && !message.includes(folder) && /[.!?]$/.test(message);
  return sound ? null : { kind: 'finding', what: 'sentence', detail: message.slice(0, 4_000) };
}

/** What can be quantized can be inspected. */
function disagreement(inspected: Outcome): Finding {
  const said = inspected.kind === 'refused' ? inspected.message : inspected.kind;
  return { kind: 'finding', what: 'disagreement', detail: `quantized, but not inspected: ${said}` };
}
