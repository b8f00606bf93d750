type Unmeasured = { readonly given: boolean; readonly unmeasured: string | null | undefined };

/** Why a run has no accuracy: what its worker said of the evaluation data, or that none was given. */
export function whyNotMeasured({ given, unmeasured }: Unmeasured): string {
  if (!given)
    return 'Give the next run an evaluation set (and a .pth its companion graph) to see what quantization cost.';
  return unmeasured ?? 'The evaluation set of this run could not be used; its warnings below say what was found.';
}
