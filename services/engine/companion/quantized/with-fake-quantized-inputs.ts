import type { OnnxModel, OnnxNode } from '../../formats/onnx/model.ts';
import { freshNames } from '../../graph/fresh-names.ts';
import type { CompanionModule } from '../companion.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { type FakeQuantNodes, fakeQuantNodes } from './fake-quant-nodes.ts';

/**
 * The graph with the inputs of quantized modules rounded on their way into the module. Other readers of the same
 * tensor, such as a residual Add, keep seeing the float values; modules that round it alike share the rounding.
 */
export function withFakeQuantizedInputs(
  model: OnnxModel,
  modules: readonly CompanionModule[],
  quantizers: readonly InputQuantizer[],
): OnnxModel {
  const quantizerOf = new Map(quantizers.map((quantizer) => [quantizer.module, quantizer]));
  const freshName = freshNames(model.graph);
  const roundings = new Map<string, FakeQuantNodes>();
  /** New tensor by the node input that reads it. */
  const reads = new Map<string, string>();
  /** Before which node of the graph a rounding stands: its first reader. */
  const before = new Map<number, FakeQuantNodes[]>();
  const inputs = modules.flatMap((module) => {
    const quantizer = quantizerOf.get(module.name);
    return quantizer ? module.inputs.map((input) => ({ ...input, quantizer })) : [];
  });
  for (const { tensor, node, input, quantizer } of inputs.toSorted((a, b) => a.node - b.node)) {
    const key = JSON.stringify([
      tensor,
      quantizer.format,
      quantizer.amax,
      quantizer.preScale && [...quantizer.preScale],
    ]);
    const known = roundings.get(key);
    const rounding = known ?? fakeQuantNodes(tensor, quantizer, freshName);
    if (!known) before.set(node, [...(before.get(node) ?? []), rounding]);
    roundings.set(key, rounding);
    reads.set(`${node}/${input}`, rounding.output);
  }
  const nodes = model.graph.nodes.flatMap((node, index): OnnxNode[] => [
    ...(before.get(index) ?? []).flatMap((rounding) => rounding.nodes),
    { ...node, inputs: node.inputs.map((name, input) => reads.get(`${index}/${input}`) ?? name) },
  ]);
  const constants = [...roundings.values()].flatMap((rounding) => rounding.constants);
  return { ...model, graph: { ...model.graph, nodes, initializers: [...model.graph.initializers, ...constants] } };
}
