import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { openZip, type ZipArchive } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import type { PthContents } from './contents.ts';
import { readPickle } from './pickle/read.ts';
import { type Extent, resolveStorages } from './storages.ts';

/** What torch.save has written since 1.6: a zip with `data.pkl` and a record `data/<key>` for each storage. */
export async function readZipContents(source: ByteSource): Promise<PthContents> {
  const archive = await openZip(source);
  const directory = findDirectory(archive);
  await checkVersion(archive, directory);
  const byteOrder = await readText(archive, `${directory}/byteorder`, /^(little|big)$/);
  const { root, unknownGlobals, persistent } = readPickle(await readMainPickle(archive, directory), source.name);
  const storages = resolveStorages(source, persistent, ({ key }) => findRecord(archive, `${directory}/data/${key}`));
  return { container: 'zip', root, unknownGlobals, storages, bigEndian: byteOrder === 'big' };
}

/** The one directory that all records are in; torch takes its name from the first record. */
function findDirectory({ source, entries }: ZipArchive): string {
  const tops = new Set([...entries.keys()].map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')));
  const [top] = tops;
  if (tops.size !== 1 || !top)
    throw corrupt(source, `has records in ${tops.size} places of its archive; torch.save puts all in one directory.`);
  if (entries.has(`${top}/constants.pkl`))
    throw notPlain(source, 'a TorchScript archive', 'torch.save(module.state_dict(), path)');
  if (entries.has(`${top}/archive_format`))
    throw notPlain(source, 'an archive of torch.export (.pt2)', 'torch.save(program.state_dict, path)');
  if (!entries.has(`${top}/data.pkl`))
    throw new InputError(
      'NOT_A_MODEL',
      `${source.name} is a zip archive without ${top}/data.pkl: it was not written by torch.save.`,
    );
  return top;
}

function notPlain(source: ByteSource, what: string, remedy: string): InputError {
  return new InputError('UNSUPPORTED', `${source.name} is ${what}, not a checkpoint of torch.save.`, {
    remedy: `Save its weights with ${remedy}.`,
  });
}

async function checkVersion(archive: ZipArchive, directory: string): Promise<void> {
  const record = ['version', '.data/version']
    .map((name) => `${directory}/${name}`)
    .find((name) => archive.entries.has(name));
  const version = record ? await readText(archive, record, /^\d{1,4}\n?$/) : null;
  if (version !== null && (Number(version) < 1 || Number(version) > 10)) {
    throw new InputError(
      'UNSUPPORTED',
      `${archive.source.name} has the format version ${version.trim()}; versions 1 to 10 are known.`,
    );
  }
}

async function readText(archive: ZipArchive, name: string, pattern: RegExp): Promise<string | null> {
  const entry = archive.entries.get(name);
  if (!entry) return null;
  const text = entry.bytes > 16 ? '' : Buffer.from(await readEntry(archive.source, entry, 16)).toString('latin1');
  if (!pattern.test(text))
    throw corrupt(archive.source, `has a record ${name} of ${entry.bytes} bytes that does not say what it should.`);
  return text;
}

function readMainPickle({ source, entries }: ZipArchive, directory: string): Promise<Uint8Array> {
  const entry = entries.get(`${directory}/data.pkl`);
  if (!entry) throw new Error('looked for before');
  if (entry.method === 'stored') return readEntry(source, entry, limits.pickleBytes);
  if (entry.bytes > limits.pickleFreeInflation && entry.bytes > entry.compressedBytes * limits.pickleInflation) {
    throw overLimit(
      source,
      `unpacks its pickle from ${entry.compressedBytes} to ${entry.bytes} bytes; more than ${limits.pickleInflation} to 1 is refused.`,
    );
  }
  return readEntry(source, entry, limits.pickleInflatedBytes);
}

/** A record by its exact name; the key is never used as a path. */
function findRecord({ source, entries }: ZipArchive, name: string): Extent {
  const entry = entries.get(name);
  if (!entry) throw corrupt(source, `refers to the record ${name}, which is not in the archive.`);
  if (entry.method === 'stored') return { offset: entry.offset, bytes: entry.bytes };
  throw new InputError(
    'UNSUPPORTED',
    `${source.name} compresses its weights (${name}); torch.save stores them as they are.`,
    {
      remedy: 'Load the file in PyTorch and save it again with torch.save.',
    },
  );
}
