import { InputError } from '#contract/failure.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { customOperators, type Operator } from '#engine/graph/computable/custom-operators.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { lackedOperator } from './runtime-errors.ts';
import { openSession } from './session.ts';

/** Each is found by loading the model once more. */
const most = 64;

/**
 * The custom operators of a model that ONNX Runtime does not know, or has no kernel for: as it says itself, when it
 * loads what is left without those that are known so far. No library is loaded for any of them.
 * Errors: NOT_A_MODEL if it refuses the graph for another reason; LIMIT_EXCEEDED beyond 64 of them.
 */
export async function lackingOperators(model: OnnxModel, name: string): Promise<readonly Operator[]> {
  const suspects = new Set(customOperators(model));
  const lacking: Operator[] = [];
  while (suspects.size > 0) {
    const rest = cutCustom(model, lacking).model;
    const refusal = rest.graph.outputs.length === 0 ? null : await refusalOf(rest, name);
    if (refusal === null) break;
    const found = lackedOperator(refusal, [...suspects]);
    if (!found) throw refusal;
    suspects.delete(found);
    lacking.push(found);
    if (lacking.length > most)
      throw new InputError('LIMIT_EXCEEDED', `${name} has more than ${most} kinds of custom operators`, {
        remedy: 'Export the network with standard operators.',
      });
  }
  return lacking;
}

async function refusalOf(model: OnnxModel, name: string): Promise<unknown> {
  try {
    const session = await openSession(model, { device: 'cpu', name, threads: 1 });
    await session.close();
    return null;
  } catch (error) {
    return error;
  }
}
