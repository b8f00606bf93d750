import { InputError } from '#contract/failure.ts';
import { type ByteSource, openWith } from '../byte-source.ts';
import { isPt2, openPt2 } from '../pt2/open-pt2.ts';
import { openZip } from '../zip/archive.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkpointOf } from './checkpoint-of.ts';
import type { PthContents } from './contents.ts';
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
  return openWith(path, name, async (source) => readers[await requireContainer(source)](source)).catch(
    (error: unknown) => {
      throw error instanceof InputError ? naming(error, name) : error;
    },
  );
}

/** What is wrong with a tensor is said where nobody knows the file. */
function naming(error: InputError, name: string): InputError {
  const { code, message, remedy, cause } = error;
  if (message.includes(name)) return error;
  const sentence = `In ${name}, ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  return new InputError(code, sentence, { ...(remedy ? { remedy } : {}), cause });
}

const readers = {
  zip: openZipCheckpoint,
  legacy: async (source: ByteSource) => checkpointOf(source, await readLegacyContents(source)),
  tar: async (source: ByteSource) => checkpointOf(source, await readTarContents(source)),
} as const;

async function openZipCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const opened = await readArchive(source);
  return 'root' in opened ? checkpointOf(source, opened) : opened;
}

/** By itself, so that the archive's entries are let go before its tensors are collected. */
async function readArchive(source: ByteSource): Promise<PthContents | Checkpoint> {
  const archive = await openZip(source);
  return isPt2(archive) ? openPt2(archive) : readZipContents(archive);
}
