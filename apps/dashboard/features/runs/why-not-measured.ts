type Unmeasured = { readonly given: boolean; readonly warnings: readonly string[] };

/** Sentences of the backends that say why evaluation data brought no accuracy. */
const reason =
  /^Accuracy is not measured|accuracy is measured through|is not read|no accuracy|without labels|no labels/i;

/** Why a run has no accuracy: what its worker said of the evaluation data, or that none was given. */
export function whyNotMeasured({ given, warnings }: Unmeasured): string {
  if (!given)
    return 'Give the next run an evaluation set (and a .pth its companion graph) to see what quantization cost.';
  return (
    warnings.find((warning) => reason.test(warning)) ??
    'The evaluation set of this run could not be used; its warnings below say what was found.'
  );
}
