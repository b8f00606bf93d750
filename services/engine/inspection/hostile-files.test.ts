import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '#engine/formats/checkpoint/open-model.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import { expectSafe, expectSentence, hostileFiles } from '#kit/hostile-files.ts';
import { inspectFile } from './inspect-file.ts';

const { folder, refused, readSafely } = hostileFiles();

const nameOf = (file: string) => file.slice(file.indexOf('/') + 1);

/** Reads a file as far as anybody would: its headers, then every element. */
async function readWhole(file: string): Promise<void> {
  const given = { path: folder + file, name: nameOf(file) };
  const inspection = await inspectFile(given);
  if (inspection.kind === 'dataset') {
    const npz = await openNpz(given.path, given.name);
    for (const array of npz.arrays) await npz.readRows(array.name, 0, array.shape[0] ?? 0);
    await npz.close();
  } else {
    const checkpoint = await openModel(given);
    for (const tensor of checkpoint.tensors) await checkpoint.read(tensor);
    await checkpoint.close();
  }
}

async function failureOf(file: string): Promise<unknown> {
  return readWhole(file).then(
    () => null,
    (error: unknown) => error,
  );
}

const literally = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

/** For one file; the largest bombs would take minutes. */
const milliseconds = 10_000;

describe('a file that attacks its reader', () => {
  it.each(refused)(
    '$file is refused with one sentence ($attack)',
    async ({ file }) => {
      const message = expectSentence(await failureOf(file), folder);
      // One of many files has to be found again by its name, one of many tensors by its own.
      expect(message).toMatch(message.startsWith('The tensor “') ? /^The tensor “.+”/ : literally(nameOf(file)));
    },
    milliseconds,
  );

  it.each(readSafely)(
    '$file is read or refused, never a crash ($attack)',
    async (given) => expectSafe(await failureOf(given.file), given),
    milliseconds,
  );

  it.each([...refused, ...readSafely].filter(({ file }) => /^pth\/call-(?!bare|legacy|case|second)/.test(file)))(
    '$file is refused as unsafe, naming what it asked for',
    async ({ file }) => {
      const failure = await failureOf(file);
      expect(failure).toMatchObject({
        code: 'UNSAFE_FILE',
        message: expect.stringMatching(/asks to call [\w.]+[^,]*, which could run code/),
      });
    },
  );

  it('names os.system', async () => {
    expect(await failureOf('pth/call-os-system.pth')).toMatchObject({
      message: expect.stringContaining('The pickle of call-os-system.pth asks to call os.system'),
    });
  });

  it('leaves no object of ours changed', () => {
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('costs no more memory than a model', () => {
    // Of this whole test, with its runner: one bomb that goes off has 2 GB.
    expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(900);
  });

  afterAll(() => {
    expect(existsSync('PWNED')).toBe(false);
  });
});
