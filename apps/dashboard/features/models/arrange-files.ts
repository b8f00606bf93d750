import { counted } from '#dashboard/ui/format/number.ts';
import { dataFilesOfOnnx } from './data-files-of-onnx.ts';
import { isIndex, shardsOfIndex } from './shards-of-index.ts';

/** What several chosen files are to each other. */
export type Arrangement = {
  /** The file that is the model: a checkpoint, a graph, or the index of a sharded one. Null: it cannot be told. */
  readonly main: File | null;
  /** The shards of an index, or the data files of a graph, that are here. */
  readonly parts: readonly File[];
  /** Names of those that are not. */
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
  if (index) return withIndex(index, files);
  const [graph, ...others] = files.filter(({ name }) => /\.onnx$/i.test(name));
  const data = graph && others.length === 0 ? await dataFilesOfOnnx(graph) : [];
  return graph && data.length > 0 ? withData(graph, data, files) : withoutIndex(files);
}

function withData(graph: File, data: readonly string[], files: readonly File[]): Arrangement {
  const below = data.find((name) => name.includes('/'));
  if (below === undefined) return withParts(graph, data, files);
  const problem = `${graph.name} keeps weights in ${below}, in a folder below its own. Save it again with its data in a file beside it: onnx.save(model, path, save_as_external_data=True).`;
  return { main: null, parts: [], missing: [], leftOut: files, problem };
}

async function withIndex(index: File, files: readonly File[]): Promise<Arrangement> {
  const shards = await shardsOfIndex(index);
  if (!shards) {
    const leftOut = files.filter((file) => file !== index);
    const problem = `${index.name} names no shards: it has no “weight_map”. Drop the index that was saved with them.`;
    return { main: null, parts: [], missing: [], leftOut, problem };
  }
  return withParts(index, shards, files);
}

function withParts(main: File, names: readonly string[], files: readonly File[]): Arrangement {
  const wanted = new Set(names);
  const here = new Set(files.map(({ name }) => name));
  return {
    main,
    parts: files.filter(({ name }) => wanted.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    missing: names.filter((name) => !here.has(name)),
    leftOut: files.filter((file) => file !== main && !wanted.has(file.name)),
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
