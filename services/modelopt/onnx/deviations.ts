import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { originOf } from '#engine/graph/computable/cut-custom.ts';
import { conventionsOf } from './conventions.ts';
import { customTitle, layersBehind } from './custom-operators.ts';
import type { Placement } from './decide.ts';
import { onlyModelOptExcludes } from './exclusions.ts';
import { scaledBiases } from './gemm-beta.ts';
import type { Network } from './network.ts';

/** Where this result departs from ModelOpt 0.47's, a sentence each; nothing that made no difference to this model. */
export function deviationsOf(network: Network, placement: Placement, settings: OnnxSettings): readonly string[] {
  const conventions = conventionsOf(settings);
  return [
    ...(placement.tensors.length > 0 ? ownNumbers(settings) : []),
    ...(conventions.exclusions === 'exact' ? exclusions(network, placement, settings) : []),
    ...(conventions.weights === 'stored' ? storedWeights(network, placement) : []),
    ...(conventions.products === 'output' ? productAxes(network, placement) : []),
    ...keptFloat(network, placement),
    ...(conventions.beta === 'kept'
      ? scaledBiases(network.model.graph, placement.quantized).map(
          ({ name }) => `Gemm ${name} keeps its beta; ModelOpt sets it to 1, which changes the result.`,
        )
      : []),
  ];
}

/** One sentence for each custom node that has layers behind it. */
function keptFloat({ cut }: Network, { layers }: Placement): readonly string[] {
  const origins = layersBehind(cut, layers).flatMap(({ node }) => originOf(cut, node) ?? []);
  return [...new Set(origins)].map(
    (origin) =>
      `Layers that stay in high precision because they depend on ${customTitle(origin)}: ${origins.filter((one) => one === origin).length}; ModelOpt computes it in TensorRT with the library of its plugin, and decides about them as about others.`,
  );
}

/** What a recipe may ask for that ModelOpt has not. */
function ownNumbers(settings: OnnxSettings): readonly string[] {
  const { method, mode, fp8_scale } = settings;
  const isOwn = method !== 'max' && method !== 'entropy' && conventionsOf(settings).otherMethods === 'kept';
  return [
    ...(isOwn
      ? [`Ranges are chosen by ${method}; ModelOpt knows max and entropy, and takes max for anything else.`]
      : []),
    ...(mode === 'fp8' && fp8_scale === 'amax/448'
      ? ['FP8 scales are amax/448; ModelOpt’s are amax·448/127², which uses 36 of the 448 that FP8 reaches.']
      : []),
  ];
}

function exclusions(network: Network, { quantized }: Placement, settings: OnnxSettings): readonly string[] {
  return onlyModelOptExcludes(network, settings)
    .filter(({ node }) => quantized.has(node))
    .map(({ node, reason }) => `${node} is quantized; ModelOpt leaves it out: ${reason}.`);
}

function storedWeights({ stored }: Network, { quantized }: Placement): readonly string[] {
  return stored
    .filter(({ node }) => quantized.has(node))
    .map(
      ({ node, weight, behind }) =>
        `The weight ${weight} of ${node} stood behind ${behind.join(' and ')} and has a scale for each output channel; ModelOpt gives it one for the whole tensor.`,
    );
}

function productAxes(network: Network, { tensors, quantized }: Placement): readonly string[] {
  const axes = new Map(tensors.map(({ tensor, axis }) => [tensor, axis]));
  const along = (node: OnnxNode, tensor: string): readonly string[] => {
    const rank = network.weights.get(tensor)?.shape.length ?? 0;
    const axis = axes.get(tensor);
    if (axis === undefined || rank < 2 || axis === 1) return [];
    const ours = axis === null ? 'one scale' : `its scales along axis ${axis}`;
    return [
      `The weight ${tensor} of the MatMul ${node.name} has ${ours}; ModelOpt takes axis 1, which is no output channel of it.`,
    ];
  };
  return network.model.graph.nodes
    .filter((node) => node.op === 'MatMul' && quantized.has(node.name))
    .flatMap((node) => node.inputs.flatMap((tensor) => along(node, tensor)));
}
