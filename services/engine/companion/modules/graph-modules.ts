import type { OnnxGraph, OnnxModel } from '../../formats/onnx/model.ts';
import type { CompanionModule, CompanionWeight, RecurrentSite } from '../companion.ts';
import { matchInWords } from '../match-in-words.ts';
import { assumedPoolings } from './assumed-poolings.ts';
import { classFromOperators } from './class-from-operators.ts';
import { callInputs, indexGraph, layerInputs, siteInputs } from './module-inputs.ts';
import { pathsTo } from './name-prefix.ts';
import type { NodeScope } from './node-scope.ts';
import { spatialRanks } from './spatial-rank.ts';

export type GraphModules = {
  readonly model: OnnxModel;
  /** One for each node. */
  readonly scopes: readonly (NodeScope | null)[];
  readonly weights: readonly CompanionWeight[];
  readonly recurrent: readonly RecurrentSite[];
  /** Every module path that the checkpoint or the graph names. */
  readonly known: ReadonlySet<string>;
};

/**
 * The modules that do the graph's work: those that own a weight, and those whose scope holds nodes and no other
 * module. In the order of their first node; poolings without a name come last.
 */
export function graphModules(input: GraphModules): CompanionModule[] {
  const { graph } = input.model;
  const { weights } = input;
  const weightOf = new Map(weights.map((weight) => [weight.module, weight]));
  const indexed = indexGraph(graph);
  const groups = nodesByModule(input);
  const spatialRankOf = spatialRanks(graph);
  const firstLayers = new Set(input.recurrent.filter(({ layer }) => layer === 0).map(({ node }) => node));
  const inputsOf = (group: Group, weight: CompanionWeight | undefined) => {
    const layers = group.nodes.filter((node) => firstLayers.has(node));
    if (layers.length > 0) return layerInputs(indexed, layers, group.nodes);
    return weight ? siteInputs(indexed, weight) : callInputs(indexed, group.nodes);
  };
  const containers = new Set([...input.known].flatMap((path) => pathsTo(path).slice(0, -1)));
  const named = [...groups]
    .filter(([path]) => path !== '' && (weightOf.has(path) || !containers.has(path)))
    .map(([path, group]) => {
      const weight = weightOf.get(path);
      return {
        name: path,
        ...withMatch(
          classOf({ group, weight, graph, spatialRank: spatialRankOf(group.nodes) }),
          matchInWords(weights.filter(({ module }) => module === path)),
        ),
        inputs: inputsOf(group, weight),
      };
    });
  const taken = new Set([...groups.values()].flatMap((group) => group.nodes));
  const nodes = [...graph.nodes.keys()].filter((index) => !taken.has(index));
  const idle = [...input.known].filter((path) => !groups.has(path) && !containers.has(path));
  return [...named, ...assumedPoolings({ graph, nodes, idle, spatialRankOf })];
}

type Group = { readonly nodes: number[]; class: string | null };

function nodesByModule({ scopes, weights, model: { graph }, known }: GraphModules): Map<string, Group> {
  const owners = new Map(weights.flatMap(({ module, sites }) => sites.map(({ node }) => [node, module] as const)));
  const groups = new Map<string, Group>();
  for (const index of graph.nodes.keys()) {
    const scope = scopes[index] ?? null;
    const path = owners.get(index) ?? scope?.path ?? moduleOfParameter(graph, index, known);
    if (path === null) continue;
    const group = groups.get(path) ?? { nodes: [], class: null };
    group.nodes.push(index);
    group.class ??= scope?.chain.find((link) => link.path === path)?.class ?? null;
    groups.set(path, group);
  }
  return groups;
}

/** A node without a scope still reads `norm.weight`. */
function moduleOfParameter(graph: OnnxGraph, index: number, known: ReadonlySet<string>): string | null {
  const owners = (graph.nodes[index]?.inputs ?? []).map((name) => name.replace(/\.[^.]+$/, ''));
  return owners.find((name) => known.has(name)) ?? null;
}

type Evidence = { readonly class: string | null; readonly evidence: string };

const withMatch = (found: Evidence, match: string | null): Evidence =>
  match === null ? found : { ...found, evidence: `${found.evidence}; ${match}` };

function classOf(facts: {
  group: Group;
  weight: CompanionWeight | undefined;
  graph: OnnxGraph;
  spatialRank: number;
}): Evidence {
  const { group, weight, graph } = facts;
  if (group.class) return { class: group.class, evidence: 'the companion graph’s metadata names the class' };
  const operators = new Set(group.nodes.map((index) => graph.nodes[index]?.op ?? ''));
  const names = [...operators].filter((op) => op !== 'Constant').join(', ');
  const [site] = weight?.sites ?? [];
  const byWeight = site && weight ? classOfWeight[site.op](weight.shape.length - 2) : null;
  const className = byWeight ?? classFromOperators(operators, facts.spatialRank);
  return {
    class: className,
    evidence: `the companion graph has ${byWeight ? `${article(site?.op)} ${site?.op} with its weight` : `${names} in its scope`}`,
  };
}

const article = (op = ''): string => (/^(LSTM|RNN)$/.test(op) ? 'an' : 'a');

const classOfWeight = {
  Conv: (rank) => `Conv${rank}d`,
  ConvTranspose: (rank) => `ConvTranspose${rank}d`,
  Gemm: () => 'Linear',
  MatMul: () => 'Linear',
  Gather: () => 'Embedding',
  LSTM: () => 'LSTM',
  GRU: () => 'GRU',
  RNN: () => 'RNN',
} as const satisfies Record<CompanionWeight['sites'][number]['op'], (rank: number) => string>;
