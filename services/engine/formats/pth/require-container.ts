import { InputError } from '#contract/failure.ts';
import type { ByteSource } from '../byte-source.ts';
import { sniffSource } from '../sniff.ts';
import { knownMistake, otherFormat } from '../wrong-file.ts';
import { refuseUnsafePickle } from './refuse-unsafe-pickle.ts';

const containers = { 'pth-zip': 'zip', 'pth-legacy': 'legacy', 'pth-tar': 'tar' } as const;

/** Which container of torch.save a file is; what is none is refused with a sentence that says what it is instead; UNSAFE_FILE for a bare pickle that could run code. */
export async function requireContainer(source: ByteSource): Promise<'zip' | 'legacy' | 'tar'> {
  const format = await sniffSource(source);
  if (format === 'pth-zip' || format === 'pth-legacy' || format === 'pth-tar') return containers[format];
  if (format !== 'unknown') throw otherFormat(source, format, 'pth');
  await refuseUnsafePickle(source);
  throw (await knownMistake(source, 'pth')) ?? unknownFile(source);
}

function unknownFile({ name, size }: ByteSource): InputError {
  return new InputError(
    'NOT_A_MODEL',
    `${name} (${size} bytes) is neither a .pth nor any other model format we know.`,
    {
      remedy: 'Save the weights with torch.save(model.state_dict(), path).',
    },
  );
}
