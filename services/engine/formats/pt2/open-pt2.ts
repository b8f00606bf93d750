import { InputError } from '#contract/failure.ts';
import { type ByteSource, corrupt, overLimit, windowOf } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { Checkpoint } from '../pth/checkpoint.ts';
import { checkpointOf } from '../pth/checkpoint-of.ts';
import { readZipContents } from '../pth/zip-contents.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import { type GraphFacts, readGraph } from './read-graph.ts';
import { readWeights } from './read-weights.ts';

/** Whether an archive is one of torch.export.save, of today's layout or of that before torch 2.8. */
export function isPt2({ entries }: ZipArchive): boolean {
  return entries.has(OLD_STATE_DICT) || [...entries.keys()].some((name) => /^[^/]+\/archive_format$/.test(name));
}

const OLD_STATE_DICT = 'serialized_state_dict.pt';
const OLD_PROGRAM = 'serialized_exported_program.json';

/** The weights of a `.pt2` under the names of the exported module, with the classes that its graph remembers. */
export async function openPt2(archive: ZipArchive): Promise<Checkpoint> {
  return archive.entries.has(OLD_STATE_DICT) ? openOld(archive) : openCurrent(archive);
}

/** Before torch 2.8: a .pth of the state dict inside the archive, and the program as JSON beside it. */
async function openOld(archive: ZipArchive): Promise<Checkpoint> {
  const { source } = archive;
  const checkpoint = await openInner(archive, OLD_STATE_DICT);
  const graph = archive.entries.has(OLD_PROGRAM) ? readGraph(await readJson(archive, OLD_PROGRAM)) : noGraph;
  return { ...describe(archive, graph), ...restOf(checkpoint), close: () => source.close() };
}

const noGraph: GraphFacts = { classes: new Map(), linearLike: new Map(), torchVersion: null };

/** A record of the archive that is a .pth itself. */
async function openInner({ source, entries }: ZipArchive, name: string): Promise<Checkpoint> {
  const entry = entries.get(name);
  if (!entry) throw corrupt(source, `refers to the record ${name}, which is not in the archive.`);
  const inner = innerFile(source, entry);
  return checkpointOf(inner, await readZipContents(await openZip(inner)));
}

function innerFile(source: ByteSource, entry: ZipEntry): ByteSource {
  if (entry.method !== 'stored')
    throw new InputError('UNSUPPORTED', `${source.name} compresses its weights (${entry.name}).`, {
      remedy: 'Save the program again with torch.export.save.',
    });
  return windowOf(source, { name: `${source.name} (${entry.name})`, offset: entry.offset, size: entry.bytes });
}

async function openCurrent(archive: ZipArchive): Promise<Checkpoint> {
  const { source, entries } = archive;
  const [top = ''] = [...entries.keys()][0]?.split('/') ?? [];
  const configs = [...entries.keys()].filter((name) => /^[^/]+\/data\/weights\/[^/]+_weights_config\.json$/.test(name));
  const [config] = configs;
  if (!config)
    throw corrupt(source, `is an archive of torch.export without ${top}/data/weights/*_weights_config.json.`);
  const model = config.slice(`${top}/data/weights/`.length, -'_weights_config.json'.length);
  const modelName = `${top}/models/${model}.json`;
  const graph = entries.has(modelName) ? readGraph(await readJson(archive, modelName)) : noGraph;
  const weights = await readWeights(archive, {
    config: await readJson(archive, config),
    folder: `${top}/data/weights/`,
    openInner: (name) => openInner(archive, name),
  });
  const described = describe(archive, graph);
  const others = configs.length > 1 ? [`It holds ${configs.length} models; these are the weights of “${model}”.`] : [];
  return { ...described, ...weights, notes: [...described.notes, ...others], close: () => source.close() };
}

/** What every .pt2 says in the same way. */
function describe({ source }: ZipArchive, { classes, linearLike, torchVersion }: GraphFacts) {
  return {
    container: 'pt2',
    producer: torchVersion === null ? null : `pytorch ${torchVersion}`,
    wrapper: [],
    modules: new Map<string, number>(),
    classes,
    linearLike,
    notes: ['The file is a program of torch.export; its weights were read, its graph only says what they belong to.'],
    bytes: source.size,
    rest: null,
  } as const;
}

/** The state dict inside an old archive is a checkpoint of its own: its tensors are taken, not what it says of its container. */
function restOf({ tensors, prefix, quantized, composed, unknownGlobals, read, locate }: Checkpoint) {
  return { tensors, prefix, quantized, composed, unknownGlobals, read, locate };
}

async function readJson({ source, entries }: ZipArchive, name: string): Promise<unknown> {
  const entry = entries.get(name);
  if (!entry) throw corrupt(source, `refers to the record ${name}, which is not in the archive.`);
  if (entry.bytes > limits.graphJsonBytes)
    throw overLimit(source, `has “${name}” of ${entry.bytes} bytes; at most ${limits.graphJsonBytes} are read.`);
  const text = Buffer.from(await readEntry(source, entry, limits.graphJsonBytes)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(
      source,
      `has “${name}”, which is not JSON (${cause instanceof Error ? cause.message.slice(0, 120) : cause}).`,
    );
  }
}
