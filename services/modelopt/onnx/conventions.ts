import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';

/**
 * Where ModelOpt 0.47 does what helps nobody, and what is done instead. With `compat` it is followed to the letter.
 * Each departure that made a difference to a model is a sentence among its `deviations` (deviations.ts).
 */
const conventions = {
  'modelopt-0.47': {
    /** Names that rules exclude are read as patterns, which other names may begin with. */
    exclusions: 'prefixes',
    /** An open batch is one sample when shapes are looked at, whatever calibration will run. */
    openBatch: 1,
    /** A weight in a Constant node or behind Identity or Transpose has one scale, as if it were an activation. */
    weights: 'initializers',
    /** The channels of a MatMul lie along axis 1, which for a weight of rank 3 is not its columns. */
    products: 'onnxruntime',
    /** The beta of a quantized Gemm becomes 1. */
    beta: 'becomes 1',
    /** Patterns and operator types that no node has are no error. */
    unknownNames: 'ignored',
    /** A model that holds Q/DQ is given back at its new opset. */
    quantizedModels: 'returned',
    /** The largest value may be infinite, and NaN is passed over. */
    nonFinite: 'taken',
    /** It runs them in TensorRT, with the library of the plugin, which is never loaded here. */
    customOperators: 'refused',
    /** Whatever is neither max nor entropy is max. */
    otherMethods: 'max',
  },
  own: {
    exclusions: 'exact',
    openBatch: 32,
    weights: 'stored',
    products: 'output',
    beta: 'kept',
    unknownNames: 'refused',
    quantizedModels: 'refused',
    nonFinite: 'refused',
    customOperators: 'kept',
    otherMethods: 'kept',
  },
} as const;

export type Conventions = (typeof conventions)[keyof typeof conventions];

export function conventionsOf({ compat }: Pick<OnnxSettings, 'compat'>): Conventions {
  return conventions[compat ?? 'own'];
}
