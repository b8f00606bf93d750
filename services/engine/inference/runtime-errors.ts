import { InputError } from '#contract/failure.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { customOperators, type Operator, operatorTitle } from '#engine/graph/computable/custom-operators.ts';
import { type Cut, cutCustom } from '#engine/graph/computable/cut-custom.ts';

/** Why ONNX Runtime makes no session of a graph: NOT_A_MODEL in its words; UNSUPPORTED for a custom operator that it lacks. */
export function refusesGraph(model: OnnxModel, name: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const lacked = lackedOperator(cause, customOperators(model));
  if (lacked) return lacksOperator(cutCustom(model, [lacked]), name, { operator: lacked, cause });
  return new InputError('NOT_A_MODEL', `ONNX Runtime refuses ${name}: ${reason(cause)}`, {
    remedy: 'Check it with onnx.checker.check_model, and export the network again.',
    cause,
  });
}

/** The operator among `suspects` for want of which ONNX Runtime has refused a graph, by its words. */
export function lackedOperator(refusal: unknown, suspects: readonly Operator[]): Operator | null {
  const cause = refusal instanceof InputError ? refusal.cause : refusal;
  const words = cause instanceof Error ? cause.message : String(cause);
  return suspects.find((operator) => lacks.some((wording) => words.includes(wording(operator)))) ?? null;
}

/**
 * It does not know the operator, or it knows one of that name, which has another form or no kernel: so it is with
 * EfficientNMS_TRT of no domain.
 */
const lacks: readonly ((operator: Operator) => string)[] = [
  ({ domain, op }) => `error: ${domain}:${op}(-1) is not a registered function/op`,
  ({ op }) => `No Op registered for ${op} with domain_version`,
  ({ domain, op }) => `, ${op}, "${domain}", -1) : (`,
  ({ op }) => `Could not find an implementation for ${op}(`,
];

/** UNSUPPORTED: the custom operators are what matters in the model, or nothing is made of the rest. */
export function lacksOperator(
  { custom }: Pick<Cut, 'custom'>,
  name: string,
  { operator, ...options }: { readonly operator: Operator; readonly remedy?: string; readonly cause?: unknown },
): InputError {
  const [first] = custom;
  const where = `${custom.length === 1 ? 'the node' : `${custom.length} nodes, the first of them`} ${first?.name || 'without a name'}`;
  return new InputError(
    'UNSUPPORTED',
    `${name} has the custom operator ${operatorTitle(operator)} (${where}); ONNX Runtime cannot compute it, nor calibrate what lies behind it`,
    {
      remedy: `Export the network without ${operator.op} (most often it is post-processing that can be cut off), quantize that, and add ${operator.op} again behind it.`,
      ...options,
    },
  );
}

/** A run that failed. `Non-zero status code returned while running MatMul node. Name:'proj' Status Message: …` */
export function cannotCompute(name: string, cause: unknown): InputError {
  const text = reason(cause);
  const [, op, node, status] = /while running (\w+) node\. Name:'([^']*)' Status Message: (.*)/.exec(text) ?? [];
  const where = op === undefined ? '' : ` at the ${op} node ${node || 'without a name'}`;
  return new InputError('CORRUPT_FILE', `${name} cannot be computed${where}: ${status ?? text}`, {
    remedy: `Run it in onnxruntime with the same data, and ${where ? 'mend that node' : 'export the network again'} where that fails too.`,
    cause,
  });
}

/** On one line, and of a length that can be read. */
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replaceAll(/\s+/g, ' ').trim().slice(0, 400);
}
