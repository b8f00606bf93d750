import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { expectSafe, expectSentence, hostileFiles } from '#kit/hostile-files.ts';
import { writeNpz } from '#kit/write-npz.ts';
import { modeloptOnnx } from './backend.ts';

const { folder: fixtures, refused, readSafely } = hostileFiles('onnx/');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-hostile-'));
  await cp(fixtures, join(folder, 'onnx'), { recursive: true });
  await symlink('../secret.bin', join(folder, 'onnx/ext/link.bin'));
  await symlink('..', join(folder, 'onnx/ext/up'));
  const values = Float32Array.from({ length: 128 }, (_, index) => Math.sin(index));
  await writeFile(join(folder, 'samples.npz'), writeNpz([{ name: 'input', shape: [32, 4], values }]));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  expect(existsSync('PWNED')).toBe(false);
});

/** As far as a plan goes: the file is read, and one sample is pushed through the graph. */
async function failureOf(file: string): Promise<unknown> {
  const model = { path: join(folder, file), name: file.slice(file.lastIndexOf('/') + 1) };
  const calibration = { path: join(folder, 'samples.npz'), name: 'samples.npz' };
  try {
    await inspectFile(model);
    await modeloptOnnx.plan({ recipe: catalogue['modelopt.onnx'].preset, files: { model, calibration } });
    return null;
  } catch (error) {
    return error;
  }
}

describe('a model that attacks its reader', () => {
  it.each(refused)('$file is refused with one sentence ($attack)', async ({ file }) => {
    expectSentence(await failureOf(file), folder);
  });

  it.each(readSafely)('$file is read or refused, never a crash ($attack)', async (given) => {
    expectSafe(await failureOf(given.file), given);
  });

  it('costs no more memory than a model', () => {
    // Of this whole test, with its runner.
    expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(1024);
  });
});
