import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { standardOpset } from '#engine/formats/onnx/model.ts';
import { type GraphView, viewGraph } from '../view.ts';
import { type Constants, findConstants } from './constants.ts';
import { elementTypes, type TypeOf } from './element-types.ts';
import { comesFrom, isDequantize, isQuantize, movesAndCasts, type Qdq, readQdq } from './qdq.ts';
import { findWeighted, type Weighted } from './weighted.ts';

/** A model with all that rules ask of it, found once. */
export type Subject = {
  readonly model: OnnxModel;
  readonly view: GraphView;
  readonly opset: number;
  readonly constants: Constants;
  readonly typeOf: TypeOf;
  /** In the order of the graph. */
  readonly qdq: readonly Qdq[];
  readonly weighted: readonly Weighted[];
  of(node: OnnxNode | undefined): Qdq | undefined;
  /** The DequantizeLinear that a tensor comes from, moves and Casts aside. */
  dequantizer(tensor: string): Qdq | undefined;
};

export function examine(model: OnnxModel): Subject {
  const view = viewGraph(model.graph);
  const constants = findConstants(view);
  const typeOf = elementTypes(model);
  const qdq = view.graph.nodes
    .filter((node) => isQuantize(node) || isDequantize(node))
    .map((node) => readQdq(node, constants, typeOf));
  const byNode = new Map(qdq.map((one) => [one.node, one]));
  const of = (node: OnnxNode | undefined): Qdq | undefined => (node ? byNode.get(node) : undefined);
  const dequantizer = (tensor: string): Qdq | undefined => {
    const found = of(view.producer(comesFrom(view, tensor, movesAndCasts)));
    return found?.isQuantize ? undefined : found;
  };
  const facts = { model, view, opset: standardOpset(model), constants, typeOf, qdq, of, dequantizer };
  return { ...facts, weighted: findWeighted(facts) };
}
