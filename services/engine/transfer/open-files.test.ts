import { closeSync, fstatSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFrom } from './file-access.ts';
import { openFiles } from './open-files.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-open-'));
  for (const name of ['out', 'in']) await writeFile(join(scratch, name), 'four');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function open() {
  const path = join(scratch, 'in');
  const source = { kind: 'file', extent: { path, offset: 0, bytes: 4 } } as const;
  const to = { dtype: 'uint8', length: 4 } as const;
  return openFiles(join(scratch, 'out'), [{ kind: 'copy', name: 'a', source, to }]);
}

test('a file that cannot be closed leaves no other open', () => {
  const files = open();
  const input = files.fdOf(join(scratch, 'in'));
  closeSync(files.output);
  expect(() => files.close()).toThrow('EBADF');
  expect(() => fstatSync(input)).toThrow('EBADF');
});

test('a file that has become shorter is named', () => {
  const files = open();
  const path = join(scratch, 'in');
  const read = readFrom({ fd: files.fdOf(path), path }, 'fc.weight');
  expect(() => read(new Uint8Array(8), 0)).toThrow('in ended while fc.weight was being read');
  files.close();
});
