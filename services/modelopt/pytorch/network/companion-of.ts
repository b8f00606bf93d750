import type { InputFiles } from '#contract/backend.ts';
import type { Companion } from '#engine/companion/companion.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/**
 * The graph that was given, tied to the checkpoint; null if none was. A plan and the run that follows it read and match
 * it once, for as long as the host holds on to the files, which may not change meanwhile.
 * Errors: those of the graph; GRAPH_MISMATCH.
 */
export async function companionOf(files: InputFiles, checkpoint: Checkpoint): Promise<Companion | null> {
  const known = matched.get(files);
  if (known !== undefined) return known;
  const companion = await match(files, checkpoint);
  matched.set(files, companion);
  return companion;
}

const matched = new WeakMap<InputFiles, Companion | null>();

async function match({ graph }: InputFiles, checkpoint: Checkpoint): Promise<Companion | null> {
  if (!graph) return null;
  const [{ matchCompanion }, { readOnnxModel }] = await companionCode();
  return matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
}

/** Loaded where there is a graph: reading ONNX takes more code than all the rest. */
function companionCode() {
  return Promise.all([import('#engine/companion/match-companion.ts'), import('#engine/formats/onnx/read.ts')]);
}
