import { listNames } from '#contract/list-names.ts';
import { metadataOf } from '../formats/onnx/metadata.ts';
import type { OnnxModel } from '../formats/onnx/model.ts';
import { importDomains, undeclaredDomains } from '../formats/onnx/opset-imports.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { withoutPrefix } from '../modules/without-prefix.ts';
import type { Companion, CompanionModule } from './companion.ts';
import { inFloat32, weightTypes } from './in-float32.ts';
import { leftoversInWords } from './leftovers-in-words.ts';
import { graphModules } from './modules/graph-modules.ts';
import { namePrefix, pathsTo } from './modules/name-prefix.ts';
import { nodeScope } from './modules/node-scope.ts';
import { refuseCustomOperators } from './refuse-custom-operators.ts';
import { foldedNorms } from './weights/folded-modules.ts';
import { matchWeights } from './weights/match-weights.ts';

/**
 * Ties a checkpoint to an ONNX export of the same network. `graphName` is what the user calls the graph.
 * Errors: GRAPH_MISMATCH if the graph holds other weights, from another epoch or another network; UNSUPPORTED if it has
 * custom operators.
 */
export async function matchCompanion(checkpoint: Checkpoint, given: OnnxModel, graphName: string): Promise<Companion> {
  refuseCustomOperators(given, graphName);
  const undeclared = undeclaredDomains(given);
  const graph = importDomains(given, undeclared);
  const tensorNames = checkpoint.tensors.map((tensor) => tensor.name);
  const prefix = namePrefix(tensorNames, namesInGraph(graph));
  const strip = (name: string) => withoutPrefix(name, prefix);
  const parents = tensorNames.flatMap((name) => pathsTo(strip(name)).slice(0, -1));
  const known = new Set([...checkpoint.modules.keys()].map(strip).concat(parents));
  // Without the checkpoint's list of modules, `pool_1` beside `pool` is taken for its second call.
  if (checkpoint.modules.size === 0) for (const path of scopePaths(graph)) if (!/_\d+$/.test(path)) known.add(path);
  const scopes = graph.graph.nodes.map((node) => nodeScope({ name: node.name, metadata: metadataOf(node) }, known));
  for (const scope of scopes) for (const { path } of scope?.chain ?? []) known.add(path);

  const moduleOfNode = (node: number) => scopes[node]?.path ?? null;
  const matched = await matchWeights({ checkpoint, graph, prefix, moduleOfNode, graphName });
  const { weights, recurrent, lookedUp } = matched;
  const modules = [
    ...graphModules({ model: graph, scopes, weights, recurrent, known }),
    ...foldedNorms(weights, strip),
    ...lookedUp.map(({ module, initializer }) => ({
      name: module,
      class: 'Embedding',
      evidence: `the companion graph holds its rows as the constant ${initializer}`,
      inputs: [],
    })),
  ];
  const types = weightTypes(graph);
  return {
    graph: inFloat32(graph, types),
    isConverted: types.size > 0,
    prefix,
    weights: [...weights, ...lookedUp],
    modules,
    recurrent,
    warnings: [
      ...(undeclared.length > 0 ? [imported(undeclared, graphName)] : []),
      ...[...types].map((type) => converted(type, graphName)),
      ...leftoversInWords(matched, graphName),
      ...hiddenPoolings(known, modules).map(
        (name) => `${graphName} does not show ${name}; if it is a pooling, ModelOpt will miss its quantizers.`,
      ),
    ],
  };
}

const imported = (domains: readonly string[], graphName: string): string =>
  `${graphName} has operators of ${listNames(domains)} and imports no opset for them, so that ONNX calls it invalid: version 1 is taken.`;

const converted = (type: string, graphName: string): string =>
  `${graphName} has its weights in ${type}. It is computed in float32 with the checkpoint’s weights; biases and norms stay as ${graphName} rounds them, so amax may differ in the third digit from those of a float32 export.`;

/** A pooling whose node has no name cannot be told from an Identity that someone calls a pool. */
function hiddenPoolings(known: ReadonlySet<string>, modules: readonly CompanionModule[]): string[] {
  const shown = new Set(modules.map(({ name }) => name));
  const containers = new Set([...known].flatMap((path) => pathsTo(path).slice(0, -1)));
  return [...known].filter((path) => /pool[^.]*$/i.test(path) && !shown.has(path) && !containers.has(path));
}

function namesInGraph(graph: OnnxModel): string[] {
  return [...graph.graph.initializers.map(({ name }) => name), ...scopePaths(graph)].filter((name) => name !== '');
}

/** As written, before anything is known. */
function scopePaths({ graph }: OnnxModel): string[] {
  return graph.nodes.map((node) => nodeScope({ name: node.name, metadata: metadataOf(node) }, new Set())?.path ?? '');
}
