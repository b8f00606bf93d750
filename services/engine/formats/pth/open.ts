import { type ByteSource, openWith } from '../byte-source.ts';
import { isPt2, openPt2 } from '../pt2/open-pt2.ts';
import { openZip } from '../zip/archive.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointOf } from './checkpoint-of.ts';
import { readLegacyContents } from './legacy-contents.ts';
import { requireContainer } from './require-container.ts';
import { readTarContents } from './tar-contents.ts';
import { readZipContents } from './zip-contents.ts';

/**
 * Opens what torch.save, torch.jit.save or torch.export.save wrote, without running anything in it: reads the
 * directory and the pickle, checks every tensor of the state dict against its storage, and leaves the elements on
 * disk until `read`. The caller closes it. `name` is what the user calls the file. Errors are `InputError`s.
 */
export function openCheckpoint(path: string, name: string): Promise<Checkpoint> {
  return openWith(path, name, async (source) => readers[await requireContainer(source)](source));
}

const readers = {
  zip: openZipCheckpoint,
  legacy: async (source: ByteSource) => checkpointOf(source, await readLegacyContents(source)),
  tar: async (source: ByteSource) => checkpointOf(source, await readTarContents(source)),
} as const;

async function openZipCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const archive = await openZip(source);
  return isPt2(archive) ? openPt2(archive) : checkpointOf(source, await readZipContents(archive));
}
