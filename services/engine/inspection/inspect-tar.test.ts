import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { paxHeader, type TarPart, writeTar } from '#kit/write-tar.ts';
import { inspectFile } from './inspect-file.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-inspect-tar-'));
vi.stubEnv('TMPDIR', scratch);
afterAll(() => rm(scratch, { recursive: true }));

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const photo = (name: string): TarPart => ({ name, content: png });
const folder = (name: string): TarPart => ({ name, type: '5' });
const long = `${'long/'.repeat(60)}a.png`;

async function inspected(bytes: Uint8Array, name = 'photos.tar') {
  await writeFile(join(scratch, name), bytes);
  return inspectFile({ path: join(scratch, name), name });
}

describe.each([
  ['a tar', 'photos.tar', (tar: Buffer) => tar],
  ['a tar packed with gzip', 'photos.tar.gz', (tar: Buffer) => gzipSync(tar)],
  // What a file is, its bytes say.
  ['a tar under another name', 'photos.npz', (tar: Buffer) => tar],
])('%s', (_, name, pack) => {
  const given = (parts: readonly TarPart[]) => inspected(pack(writeTar(parts)), name);

  test('of images says how many, their classes and what is stored with them', async () => {
    const classes = [folder('./'), folder('./cat/'), photo('./cat/a.png'), photo('./dog/a.png'), photo('./dog/b.png')];
    expect(await given([...classes, { name: 'preprocess.json', content: '{"crop": 32}' }])).toMatchObject({
      format: 'images',
      samples: 3,
      labels: 'folders',
      images: { classes: ['cat', 'dog'], preprocess: { crop: [32, 32] } },
    });
    expect(await readdir(scratch)).toEqual([name]);
    await rm(join(scratch, name));
  });

  test.each<[string, readonly TarPart[]]>([
    ['POSIX', [paxHeader('path', long), photo('long')]],
    ['GNU', [{ name: '././@LongLink', type: 'L', content: `${long}\0` }, photo('long')]],
  ])('takes the long names of %s', async (_, parts) => {
    expect(await given([photo('b.png'), ...parts])).toMatchObject({ samples: 2 });
  });

  test.each<[string, readonly TarPart[], string, string]>([
    ['a symbolic link', [{ name: 'a.png', type: '2' }], 'UNSAFE_FILE', 'has “a.png”, which is a symbolic link;'],
    ['a hard link', [{ name: 'a.png', type: '1' }], 'UNSAFE_FILE', 'which is a hard link;'],
    ['a device', [{ name: 'a.png', type: '3' }], 'UNSAFE_FILE', 'which is a character device;'],
    ['a sparse file', [{ name: 'a.png', type: 'S' }], 'UNSAFE_FILE', 'which is a sparse file;'],
    ['a type that nobody knows', [{ name: 'a.png', type: 'Z' }], 'UNSAFE_FILE', 'is an entry of the type "Z"'],
    ['a name that leads out', [photo('../a.png')], 'CORRUPT_FILE', 'named "../a.png", which leads out'],
    ['a name from the root', [photo('/a.png')], 'CORRUPT_FILE', 'named "/a.png", which leads out'],
    ['a long name that leads out', [paxHeader('path', 'b/../../a'), photo('a.png')], 'CORRUPT_FILE', 'leads out'],
    ['a name twice', [photo('a.png'), photo('A.png')], 'CORRUPT_FILE', 'has two tar entries named “A.png”'],
    ['a size for what follows', [paxHeader('size', '9'), photo('a.png')], 'CORRUPT_FILE', 'that sets “size”'],
    ['a file past its end', [{ name: 'a.png', size: 99_999 }], 'CORRUPT_FILE', 'says “a.png” has 99999 bytes'],
    ['a header of headers', [{ name: 'x', type: 'x', content: '7 a' }], 'CORRUPT_FILE', 'record at byte 0'],
    ['a longer name than any', [paxHeader('path', 'a'.repeat(5000)), photo('a')], 'CORRUPT_FILE', 'has 5000 bytes'],
    ['a long header', [{ name: 'x', type: 'L', content: 'a'.repeat(2 ** 21) }], 'LIMIT_EXCEEDED', '2097152 bytes'],
    ['no image', [{ name: 'notes.txt', content: 'x' }], 'NOT_A_DATASET', 'holds no images'],
    ['an image by name only', [{ name: 'a.png', content: '<svg/>' }], 'NOT_A_DATASET', 'a.png in photos'],
  ])('with %s is refused in a sentence', async (_, parts, code, message) => {
    const refusal = await given([...parts]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(refusal).toMatchObject({ message: expect.stringMatching(/^[^\n]{15,700}\.$/) });
    expect(await readdir(scratch)).toEqual([name]);
    await rm(join(scratch, name));
  });
});

test('a tar of bytes that unpack a thousand times is refused before it fills the disk', async () => {
  const bomb = gzipSync(writeTar([{ name: 'a.bin', content: Buffer.alloc(2 ** 27) }]));
  await expect(inspected(bomb)).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: `photos.tar has ${bomb.length} bytes, which unpack to more than ${2 ** 26}.`,
  });
});

test.each([
  ['ends early', (whole: Buffer) => whole.subarray(0, -20)],
  ['has a wrong checksum', (whole: Buffer) => Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])],
])('a packed tar that %s is damaged', async (_, damage) => {
  const whole = gzipSync(writeTar([photo('a.png'), photo('b.png')]));
  await expect(inspected(damage(whole))).rejects.toMatchObject({
    code: 'CORRUPT_FILE',
    message: expect.stringContaining('photos.tar cannot be unpacked'),
  });
  expect(await readdir(scratch)).toEqual(['photos.tar']);
});
