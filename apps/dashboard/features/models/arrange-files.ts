import { counted } from '#dashboard/ui/format/number.ts';
import { isIndex, shardsOfIndex } from './shards-of-index.ts';

/** What several chosen files are to each other. */
export type Arrangement = {
  /** The file that is the model: a checkpoint, a graph, or the index of a sharded one. Null: it cannot be told. */
  readonly main: File | null;
  /** The shards of an index that are here. */
  readonly parts: readonly File[];
  /** Names of the shards that are not. */
  readonly missing: readonly string[];
  /** Files that do not belong to the model; they stay on this computer. */
  readonly leftOut: readonly File[];
  /** What is wrong, as a sentence with the way out. */
  readonly problem: string | null;
};

/** Of files that are one by one a model, a checkpoint is told from its index, its tokenizer and the rest of its folder. */
export async function arrangeFiles(files: readonly File[]): Promise<Arrangement> {
  const indexes = files.filter(({ name }) => isIndex(name));
  // Published checkpoints often have both: the same weights twice.
  const index = indexes.find(({ name }) => /safetensors/i.test(name)) ?? indexes[0];
  return index ? withIndex(index, files) : withoutIndex(files);
}

async function withIndex(index: File, files: readonly File[]): Promise<Arrangement> {
  const shards = await shardsOfIndex(index);
  if (!shards) {
    const leftOut = files.filter((file) => file !== index);
    const problem = `${index.name} names no shards: it has no “weight_map”. Drop the index that was saved with them.`;
    return { main: null, parts: [], missing: [], leftOut, problem };
  }
  const wanted = new Set(shards);
  const here = new Set(files.map(({ name }) => name));
  const missing = shards.filter((name) => !here.has(name));
  return {
    main: index,
    parts: files.filter(({ name }) => wanted.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    missing,
    leftOut: files.filter((file) => file !== index && !wanted.has(file.name)),
    problem: null,
  };
}

const modelFile = /\.(pth|pt|ckpt|bin|safetensors|pt2|onnx)$/i;
const shardName = /-\d{5}-of-\d{5}\./;

function withoutIndex(files: readonly File[]): Arrangement {
  const models = files.filter(({ name }) => modelFile.test(name));
  const [only] = files.length === 1 ? files : models;
  const apart = { parts: [], missing: [] } as const;
  if (only && (files.length === 1 || models.length === 1) && !(files.length > 1 && shardName.test(only.name))) {
    return { ...apart, main: only, leftOut: files.filter((file) => file !== only), problem: null };
  }
  return { ...apart, main: null, leftOut: files, problem: problemOf(models, files) };
}

function problemOf(models: readonly File[], files: readonly File[]): string {
  const shard = models.find(({ name }) => shardName.test(name));
  if (shard) {
    const stem = shard.name.replace(/-\d{5}-of-\d{5}/, '');
    return `These are shards without their index. Drop ${stem}.index.json too.`;
  }
  if (models.length === 0) return `None of the ${counted(files.length, 'file')} is a model file or an index of shards.`;
  return `These are ${counted(models.length, 'model')}: ${names(models)}. Choose one, or an index with its shards.`;
}

function names(files: readonly File[]): string {
  const shown = files.slice(0, 3).map(({ name }) => name);
  return files.length > shown.length ? `${shown.join(', ')} and ${files.length - shown.length} more` : shown.join(', ');
}
