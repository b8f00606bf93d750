import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectFile } from './inspect-file.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-bare-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function inspect(name: string, pickle: string) {
  const path = join(scratch, name);
  await writeFile(path, pickle, 'latin1');
  return inspectFile({ path, name });
}

test.each([
  ['of protocol 0', 'cos\nsystem\n(S"id"\ntR.', 'os.system'],
  ['of protocol 2', '\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.', 'posix.system'],
  ['that does more afterwards', '\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R0N.', 'builtins.eval'],
])('a bare pickle %s that would run code is named as unsafe', async (_, pickle, call) => {
  for (const name of ['model.pkl', 'model.pth']) {
    await expect(inspect(name, pickle)).rejects.toMatchObject({
      code: 'UNSAFE_FILE',
      message: expect.stringContaining(`asks to call ${call}`),
    });
  }
});

test('a bare pickle of plain values is only no model', async () => {
  await expect(inspect('plain.pkl', '\x80\x02]q\x00.')).rejects.toMatchObject({
    code: 'NOT_A_MODEL',
    message: expect.stringContaining('a bare pickle'),
  });
});
