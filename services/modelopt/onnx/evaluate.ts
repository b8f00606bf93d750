import type { QuantizeJob } from '#contract/backend.ts';
import type { Findings } from '#contract/outcome.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { type Cut, cutCustom } from '#engine/graph/computable/cut-custom.ts';
import type { QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import { evaluateTop1 } from '#engine/inference/evaluate.ts';
import { scoreOutput } from '#engine/inference/top1.ts';
import { lookAtEvaluation } from '#engine/inference/try-evaluation.ts';
import { assemble } from './assemble.ts';
import { customTitle } from './custom-operators.ts';
import type { Placement } from './decide.ts';
import type { Network } from './network.ts';

const evaluationBatch = 64;

/**
 * A look at the model as it is, before anything is done with it: a warning, said at once, if the evaluation data makes it
 * guess, or if custom operators stand before the output that is compared. Errors: those of `evaluateTop1`.
 */
export async function lookAtFloat({ original, lacking }: Network, job: QuantizeJob): Promise<readonly string[]> {
  const { files, recipe, signal, report } = job;
  if (!files.evaluation) return [];
  const said = (warning: string) => {
    report.log('warning', warning);
    return [warning];
  };
  const cut = cutCustom(original, lacking);
  const unmeasured = notMeasured(original, cut);
  if (unmeasured) return said(unmeasured);
  const options = { evaluation: files.evaluation, device: recipe.device, batchSize: evaluationBatch, signal };
  const guessing = await lookAtEvaluation(cut.model, options);
  return guessing ? said(guessing) : [];
}

/** A sentence where the output that would be compared cannot be computed. Errors: UNSUPPORTED if there are no scores. */
function notMeasured({ graph }: OnnxModel, cut: Cut): string | null {
  if (cut.custom.length === 0) return null;
  const output = scoreOutput(graph.outputs);
  const origin = cut.origins.get(output);
  return origin ? `Accuracy is not measured: the output ${output} depends on ${customTitle(origin)}.` : null;
}

export type Evaluated = Pick<Findings, 'evaluation' | 'unmeasured' | 'warnings'>;

/**
 * Both models on the evaluation data, if there is any. Where the result takes other inputs than the data has, or is
 * bfloat16, for which the processor has no kernels, what is measured is the same model without that.
 */
export async function evaluate(
  network: Network,
  quantized: { readonly placement: Placement; readonly scales: readonly QdqScale[] },
  { job, settings }: { readonly job: QuantizeJob; readonly settings: OnnxSettings },
): Promise<Evaluated> {
  const { evaluation } = job.files;
  const original = cutCustom(network.original, network.lacking);
  if (!evaluation) return { evaluation: null, warnings: [] };
  const unmeasured = notMeasured(network.original, original);
  if (unmeasured) return { evaluation: null, unmeasured, warnings: [] };
  const isBfloat16 = settings.high_precision_dtype === 'bf16';
  const measured: OnnxSettings = {
    ...settings,
    direct_io_types: false,
    high_precision_dtype: isBfloat16 ? 'fp32' : settings.high_precision_dtype,
  };
  const warnings = isBfloat16 ? ['Accuracy is that of the model in float32: bfloat16 cannot be computed here.'] : [];
  const pair = await evaluateTop1(
    {
      float: original.model,
      quantized: cutCustom(assemble(network, quantized, measured), network.lacking).model,
    },
    {
      evaluation,
      device: job.recipe.device,
      batchSize: evaluationBatch,
      signal: job.signal,
      onProgress: (fraction) => job.report.progress('evaluate', fraction),
      onWarning: (warning) => warnings.push(warning),
    },
  );
  return { evaluation: pair, warnings };
}
