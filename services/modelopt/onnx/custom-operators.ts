import { listNames } from '#contract/list-names.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { type Operator, operatorTitle } from '#engine/graph/computable/custom-operators.ts';
import { type Cut, cutCustom, originOf } from '#engine/graph/computable/cut-custom.ts';
import { int8Ops } from '#engine/graph/quantizable-ops.ts';
import { lackingOperators } from '#engine/inference/lacking-operators.ts';
import { lacksOperator } from '#engine/inference/runtime-errors.ts';
import { conventionsOf } from './conventions.ts';
import type { Layer } from './layer.ts';

/**
 * The operators of a model that ONNX Runtime lacks: their nodes are kept, with all that depends on them.
 * Errors: UNSUPPORTED if nothing is left to quantize, and under `compat`; those of `lackingOperators`.
 */
export async function keptOperators(
  original: OnnxModel,
  settings: OnnxSettings,
  name: string,
): Promise<readonly Operator[]> {
  const lacking = await lackingOperators(original, name);
  const [operator] = lacking;
  if (!operator) return [];
  const cut = cutCustom(original, lacking);
  const { nodes, outputs } = cut.model.graph;
  const isLeft = outputs.length > 0 && nodes.some(({ op, domain }) => domain === '' && int8Ops.has(op));
  if (!isLeft) throw lacksOperator(cut, name, { operator });
  if (conventionsOf(settings).customOperators === 'refused')
    throw lacksOperator(cut, name, {
      operator,
      remedy:
        'ModelOpt itself needs TensorRT and the library of the plugin here. Without compat, what lies before and beside such operators is quantized, and the rest kept.',
    });
  return lacking;
}

/** Why layers stay as they are, by the names of their nodes. */
export function customReasons(cut: Cut, nodes: readonly OnnxNode[]): ReadonlyMap<string, string> {
  const custom = new Set(cut.custom);
  return new Map(
    nodes.flatMap((node) => {
      const origin = originOf(cut, node);
      if (!origin) return [];
      return [[node.name, custom.has(node) ? itself : `it depends on ${customTitle(origin)}`] as const];
    }),
  );
}

const itself = 'ONNX Runtime cannot compute it: the node is kept as it is';

/** A sentence for the plan; none for a model that can be computed. */
export function warnOfCustom(cut: Cut, layers: readonly Layer[]): readonly string[] {
  const { custom } = cut;
  if (custom.length === 0) return [];
  const kinds = [...new Set(custom.map(kindOf))].map((kind) => {
    const names = custom.filter((node) => kindOf(node) === kind).map(({ name }) => name);
    return `${kind} (${listNames(names)})`;
  });
  const behind = layersBehind(cut, layers).length;
  const costs = behind === 0 ? '' : ` Layers that depend on them and stay in high precision: ${behind}.`;
  return [`Kept as they are, since ONNX Runtime cannot compute them: ${kinds.join('; ')}.${costs}`];
}

/** Layers that could be quantized, were it not for a custom operator before them. */
export function layersBehind(cut: Cut, layers: readonly Layer[]): readonly Layer[] {
  const custom = new Set(cut.custom);
  return layers.filter(({ node }) => !custom.has(node) && originOf(cut, node) !== undefined);
}

/** How a message calls a node that cannot be computed. */
export function customTitle(node: OnnxNode): string {
  return `the ${kindOf(node)} (node ${node.name || 'without a name'}), which ONNX Runtime cannot compute`;
}

function kindOf(node: OnnxNode): string {
  return subgraphs(node).length > 0
    ? `${node.op} that holds custom operators`
    : `custom operator ${operatorTitle(node)}`;
}
