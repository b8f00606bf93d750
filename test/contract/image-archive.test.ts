import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { emptyDraft, type PreprocessDraft, presets, readDraft } from '#dashboard/features/datasets/preprocess-draft.ts';
import { zipFile } from '#dashboard/features/datasets/zip-file.ts';
import { openByteSource } from '#engine/formats/byte-source.ts';
import { parsePreprocess } from '#engine/formats/images/parse-preprocess.ts';
import { openZip } from '#engine/formats/zip/archive.ts';
import { readEntry } from '#engine/formats/zip/read-entry.ts';

/** What the browser writes, the engine reads. */
const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-archive-'));
afterAll(() => rm(scratch, { recursive: true }));

const options = { name: 'photos.zip', onProgress: () => {}, signal: new AbortController().signal };
const files = [
  { path: 'preprocess.json', content: new Blob(['{"resize":256}']) },
  { path: 'Katze/größe 1.png', content: new Blob([new Uint8Array(70_000).map((_, i) => i * 7)]) },
  { path: 'leer.png', content: new Blob([]) },
];
const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer());

test('every file is in the archive, with its bytes and its checksum', async () => {
  const archive = await zipFile(files, options);
  await writeFile(join(scratch, archive.name), await bytesOf(archive));
  const source = await openByteSource(join(scratch, archive.name), archive.name);
  const { entries } = await openZip(source);
  expect([...entries.keys()]).toEqual(files.map(({ path }) => path));
  for (const { path, content } of files) {
    const entry = entries.get(path);
    if (!entry) throw new Error(`${path} is missing`);
    expect(Buffer.from(await readEntry(source, entry, 1 << 20))).toEqual(await bytesOf(content));
    expect(entry.crc32).toBe(crc32(await bytesOf(content)));
  }
  await source.close();
});

test('the same files give the same bytes, and each is told when it is read', async () => {
  const told: number[] = [];
  const again = await zipFile(files, { ...options, onProgress: (fraction) => told.push(fraction) });
  expect(await bytesOf(again)).toEqual(await bytesOf(await zipFile(files, options)));
  expect(told).toEqual([1 / 3, 2 / 3, 1]);
});

test.each([
  [{}, {}],
  [
    { resize: '256', crop: '224' },
    { resize: 256, crop: [224, 224] },
  ],
  [
    { resize: '28 × 20', mean: '0.1307', std: '0.3081' },
    { resize: [28, 20], mean: [0.1307], std: [0.3081] },
  ],
  [presets.imagenet.draft, { resize: 256, crop: [224, 224], color: 'rgb', interpolation: 'bilinear' }],
])('the engine reads the preprocessing that %o says', (written: Partial<PreprocessDraft>, read) => {
  const { settings, problems } = readDraft({ ...emptyDraft, ...written });
  expect(problems).toEqual({});
  expect(parsePreprocess(JSON.stringify(settings), 'preprocess.json')).toMatchObject(read);
});

test.each([{ resize: '0' }, { resize: '1x2x3' }, { crop: 'big' }, { mean: '1, 2' }, { std: '0' }])(
  'the form refuses %o',
  (written) => {
    expect(Object.keys(readDraft({ ...emptyDraft, ...written }).problems)).toEqual(Object.keys(written));
  },
);
