import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { ZipArchive, ZipEntry } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import type { PthContents } from './contents.ts';
import { readPickle } from './pickle/read.ts';
import { readScriptClasses } from './script-classes.ts';
import { deflatedContents, type StorageContents, storedContents } from './storage-contents.ts';
import { resolveStorages } from './storages.ts';

/**
 * What torch.save has written since 1.6, and torch.jit.save: a zip with `data.pkl` and a record `data/<key>` for
 * each storage. The checksums of stored records are not verified: torch can be told to write none, and
 * torch.load never looks at them; a deflated record's is, where it is unpacked.
 */
export async function readZipContents(archive: ZipArchive): Promise<PthContents> {
  const { source } = archive;
  const directory = findDirectory(archive);
  await checkVersion(archive, directory);
  const byteOrder = await readText(archive, `${directory}/byteorder`, /^(little|big)$/);
  const { root, unknownGlobals, persistent } = readPickle(await readMainPickle(archive, directory), source.name);
  const bigEndian = byteOrder === 'big';
  const records = { archive, stored: storedContents(source), deflated: deflatedContents(source), bigEndian };
  const storages = resolveStorages(source, persistent, ({ key }) => findRecord(records, `${directory}/data/${key}`));
  const isScript = archive.entries.has(`${directory}/constants.pkl`);
  const scripts = isScript ? await readScriptClasses(archive, directory) : null;
  return { container: isScript ? 'torchscript' : 'zip', root, unknownGlobals, storages, scripts };
}

/** The one directory that all records are in; torch takes its name from the first record. */
function findDirectory({ source, entries }: ZipArchive): string {
  const tops = new Set([...entries.keys()].map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')));
  const [top] = tops;
  if (tops.size !== 1 || !top)
    throw corrupt(source, `has records in ${tops.size} places of its archive; torch.save puts all in one directory.`);
  if (entries.has(`${top}/data.pkl`)) return top;
  if (entries.has(`${top}/model.json`))
    throw new InputError('UNSUPPORTED', `${source.name} is a TorchScript archive of PyTorch 1.0 to 1.3 (model.json).`, {
      remedy: 'Load it in a current PyTorch and save its weights with torch.save(module.state_dict(), path).',
    });
  throw new InputError(
    'NOT_A_MODEL',
    `${source.name} is a zip archive without ${top}/data.pkl: it was not written by torch.save.`,
  );
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
  checkInflation(source, entry, { free: limits.pickleFreeInflation, times: limits.pickleInflation });
  return readEntry(source, entry, limits.pickleInflatedBytes);
}

type Records = {
  readonly archive: ZipArchive;
  readonly stored: ReturnType<typeof storedContents>;
  readonly deflated: ReturnType<typeof deflatedContents>;
  readonly bigEndian: boolean;
};

/** A record by its exact name; the key is never used as a path. */
function findRecord({ archive, stored, deflated, bigEndian }: Records, name: string): StorageContents {
  const { source, entries } = archive;
  const entry = entries.get(name);
  if (!entry) throw corrupt(source, `refers to the record ${name}, which is not in the archive.`);
  if (entry.method === 'stored') return stored({ offset: entry.offset, bytes: entry.bytes, bigEndian });
  checkInflation(source, entry, { free: limits.storageFreeInflation, times: limits.storageInflation });
  return deflated(entry, bigEndian);
}

function checkInflation(source: ByteSource, entry: ZipEntry, { free, times }: { free: number; times: number }): void {
  if (entry.bytes <= free || entry.bytes <= entry.compressedBytes * times) return;
  throw overLimit(
    source,
    `unpacks “${entry.name}” from ${entry.compressedBytes} to ${entry.bytes} bytes; more than ${times} to 1 is refused.`,
  );
}
