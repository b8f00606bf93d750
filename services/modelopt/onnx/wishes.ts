import { InputError } from '#contract/failure.ts';
import { namesToTry } from '#contract/names-to-try.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { namePattern } from '#engine/graph/exclude/name-pattern.ts';
import { copyOps, linearOps, pointwiseOps, poolingOps } from '#engine/graph/op-types.ts';
import { int8Ops } from '#engine/graph/quantizable-ops.ts';
import { conventionsOf } from './conventions.ts';
import { forDla } from './operators.ts';

/** What the options of a recipe say about single nodes and operator types. */
export type Wishes = {
  /** Why a node stays float, by its name. */
  readonly excluded: ReadonlyMap<string, string>;
  /** The nodes that are quantized instead of those that the placement rules choose, with why; null: the rules choose. */
  readonly listed: ReadonlyMap<string, string> | null;
  readonly warnings: readonly string[];
};

/**
 * Errors: RECIPE_INVALID for a pattern that is no regular expression; RULE_MATCHES_NOTHING for one that no node's name
 * begins with, and for an operator type that nothing has. ModelOpt ignores such patterns and types, and so does `compat`.
 */
export function wishesOf(nodes: readonly OnnxNode[], settings: OnnxSettings): Wishes {
  const strict = conventionsOf(settings).unknownNames === 'refused';
  const byName = (option: 'nodes_to_quantize' | 'nodes_to_exclude') =>
    (settings[option] ?? []).flatMap((pattern) => nodesNamed(nodes, { option, pattern, strict }));
  const types = (option: 'op_types_to_quantize' | 'op_types_to_exclude' | 'op_types_to_exclude_fp16') =>
    nodesOfTypes(nodes, { option, types: settings[option] ?? [], strict });

  const named = byName('nodes_to_quantize');
  const typed = types('op_types_to_quantize');
  const left = types('op_types_to_exclude');
  const kept = types('op_types_to_exclude_fp16');
  return {
    excluded: new Map([...left.nodes, ...byName('nodes_to_exclude')]),
    listed: named.length > 0 ? new Map(named) : listedByType(nodes, typed.nodes, settings),
    warnings: [...typed.warnings, ...left.warnings, ...kept.warnings],
  };
}

/** A list of types overrules placement in INT8 alone; in FP8 it only narrows what the rules may choose. */
function listedByType(
  nodes: readonly OnnxNode[],
  typed: readonly NodeReason[],
  settings: OnnxSettings,
): Wishes['listed'] {
  if (settings.mode === 'int8' && settings.op_types_to_quantize !== null) return new Map(typed);
  return forDla(settings) ? new Map(nodes.map(({ name }) => [name, 'DLA wants Q/DQ on every tensor'])) : null;
}

type NodeReason = readonly [name: string, reason: string];

function nodesNamed(
  nodes: readonly OnnxNode[],
  { option, pattern, strict }: { option: string; pattern: string; strict: boolean },
): readonly NodeReason[] {
  const matches = namePattern(option, pattern);
  const found = nodes.filter((node) => matches(node.name));
  if (found.length > 0 || !strict) return found.map((node) => [node.name, `${option} has ${pattern}`]);
  const names = nodes.map((node) => node.name);
  throw new InputError(
    'RULE_MATCHES_NOTHING',
    `${option}: no name of the ${names.length} nodes begins with the pattern “${pattern}”`,
    { remedy: namesToTry(plainText(pattern), names) },
  );
}

/** What a regular expression has of a name: escapes stand for their letter, classes and repetitions for nothing. */
function plainText(pattern: string): string {
  return pattern
    .replaceAll(/\\[dwsDWSbB]|\[[^\]]*\]|\{[^}]*\}|\(\?[:i]/g, '')
    .replaceAll(/\.[*+?]|(?<!\\)[.^$*+?()|]/g, '')
    .replaceAll('\\', '');
}

/** Types that a model may well lack: a recipe serves several models. */
const knownTypes: ReadonlySet<string> = new Set([...int8Ops, ...linearOps, ...copyOps, ...pointwiseOps, ...poolingOps]);

function nodesOfTypes(
  nodes: readonly OnnxNode[],
  { option, types, strict }: { option: string; types: readonly string[]; strict: boolean },
): { readonly nodes: readonly NodeReason[]; readonly warnings: readonly string[] } {
  const there = new Set(nodes.map((node) => node.op));
  const absent = types.filter((type) => !there.has(type));
  const unknown = absent.find((type) => !knownTypes.has(type));
  const futile = option === 'op_types_to_quantize' && absent.length > 0 && absent.length === types.length;
  const wrong = unknown ?? (futile ? absent[0] : undefined);
  if (strict && wrong !== undefined)
    throw new InputError('RULE_MATCHES_NOTHING', `${option}: no node of the model is a ${wrong}`, {
      remedy: `It has ${nearestNames(wrong, there, 12).join(', ')}.`,
    });
  const listed = new Set(types);
  return {
    nodes: nodes.filter((node) => listed.has(node.op)).map((node) => [node.name, `${option} has ${node.op}`]),
    warnings: absent.map((type) => `${option}: no node of the model is a ${type}`),
  };
}
