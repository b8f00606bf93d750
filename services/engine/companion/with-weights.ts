import type { OnnxModel } from '../formats/onnx/model.ts';
import { makeTensor } from '../formats/onnx/tensor.ts';
import type { Companion } from './companion.ts';
import { channelsOf, transformWeight } from './weight-transformation.ts';

/**
 * The companion with other weights in the place of its own, each brought there as the export brought the
 * original: transposed, or with its BatchNorm folded in. `replacements` maps tensor names of the checkpoint to
 * values in the checkpoint's shape. A name that the graph does not use changes nothing.
 */
export function withWeights(companion: Companion, replacements: ReadonlyMap<string, Float32Array>): OnnxModel {
  const constants = new Map<string, Float32Array>();
  for (const { tensor, shape, initializer, transformation, sites } of companion.weights) {
    const values = replacements.get(tensor);
    const [site] = sites;
    if (!values || !site) continue;
    constants.set(initializer, transformWeight({ values, shape }, transformation, channelsOf(shape, site)));
  }
  const { graph } = companion;
  const initializers = graph.graph.initializers.map((tensor) => {
    const values = constants.get(tensor.name);
    if (!values) return tensor;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return makeTensor({ name: tensor.name, dtype: 'float32', shape: tensor.shape }, bytes);
  });
  return { ...graph, graph: { ...graph.graph, initializers } };
}
