import type { InputFile } from '#contract/backend.ts';
import { type ByteSource, openWith } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { sniffSource } from '../sniff.ts';
import { knownMistake } from '../wrong-file.ts';
import { isShardIndex } from './shard-index.ts';

export type WeightsKind = 'pth' | 'safetensors' | 'shards';

/**
 * Which reader of weights a file is for, by its bytes. What is for none goes to the one of .pth, which knows how such
 * files come to be; only then does a name say who is to explain what is wrong.
 */
export function sniffWeights({ path, name }: InputFile): Promise<WeightsKind> {
  return openWith(path, name, async (source) => {
    const format = await sniffSource(source);
    const kind = format === 'safetensors' ? format : format === 'unknown' ? await kindOfUnknown(source) : 'pth';
    await source.close();
    return kind;
  });
}

async function kindOfUnknown(source: ByteSource): Promise<WeightsKind> {
  if (await beginsAsSafetensors(source)) return 'safetensors';
  if (await isShardIndex(source)) return 'shards';
  if (!/\.safetensors$/i.test(source.name)) return 'pth';
  return (await knownMistake(source, 'pth')) ? 'pth' : 'safetensors';
}

/** A header of which only a part is there: a download that was broken off. */
async function beginsAsSafetensors(source: ByteSource): Promise<boolean> {
  if (source.size < 10) return false;
  const head = Buffer.from(await source.read(0, 10));
  return head.readBigUInt64LE(0) <= BigInt(limits.safetensorsHeaderBytes) && head.toString('latin1', 8) === '{"';
}
