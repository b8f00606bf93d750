import { InputError } from '#contract/failure.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';

/** Why ONNX Runtime makes no session of a graph: NOT_A_MODEL in its words; UNSUPPORTED for an operator that it lacks. */
export function refusesGraph(model: OnnxModel, name: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  return (
    unknownOperator(model, name, cause) ??
    new InputError('NOT_A_MODEL', `ONNX Runtime refuses ${name}: ${reason(cause)}`, {
      remedy: 'Check it with onnx.checker.check_model, and export the network again.',
      cause,
    })
  );
}

/** `trt.plugins:EfficientNMS(-1) is not a registered function/op` */
function unknownOperator(model: OnnxModel, name: string, cause: unknown): InputError | null {
  const [, domain, op] = /(\S+):(\w+)\(-?\d+\) is not a registered function\/op/.exec(reason(cause)) ?? [];
  if (domain === undefined || op === undefined) return null;
  const nodes = model.graph.nodes.filter((node) => node.op === op && node.domain === domain);
  const where = `${nodes.length === 1 ? 'the node' : `${nodes.length} nodes, the first of them`} ${nodes[0]?.name || 'without a name'}`;
  return new InputError(
    'UNSUPPORTED',
    `${name} has the custom operator ${op} of the domain ${domain} (${where}); ONNX Runtime cannot compute it, nor calibrate what lies behind it`,
    {
      remedy: `Export the network without ${op} (most often it is post-processing that can be cut off), quantize that, and add ${op} again behind it.`,
      cause,
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
