import { InputError } from '#contract/failure.ts';
import type { OnnxModel } from '../formats/onnx/model.ts';
import { customOperators } from '../graph/computable/custom-operators.ts';

/** A companion is computed from end to end. Errors: UNSUPPORTED for an operator that only a library of its own provides. */
export function refuseCustomOperators(graph: OnnxModel, name: string): void {
  const foreign = customOperators(graph).find(({ domain }) => !knownDomains.has(domain));
  if (!foreign) return;
  throw new InputError(
    'UNSUPPORTED',
    `${name} needs operators of the domain ${foreign.domain}, which only a library of its own provides.`,
    { remedy: 'Export the network with standard operators.' },
  );
}

/** Of whose operators ONNX Runtime has most. */
const knownDomains = new Set(['', 'ai.onnx.ml', 'com.microsoft']);
