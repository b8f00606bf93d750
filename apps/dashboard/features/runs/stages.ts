/** The stages of a run in order, with the part of the whole that each usually takes: the gateway's estimate of the remaining time reckons alike. */
export const stages = [
  { id: 'load', label: 'Load', share: 0.1 },
  { id: 'calibrate', label: 'Calibrate', share: 0.4 },
  { id: 'quantize', label: 'Quantize', share: 0.2 },
  { id: 'write', label: 'Write', share: 0.05 },
  { id: 'evaluate', label: 'Evaluate', share: 0.25 },
] as const;

export function stageIndex(stage: string | null | undefined): number {
  return stages.findIndex(({ id }) => id === stage);
}

export function stageLabel(stage: string | null | undefined): string {
  return stages[stageIndex(stage)]?.label ?? 'Starting';
}

/** `fraction` is of the stage; what comes back is of the whole run. */
export function overallFraction(stage: string | null | undefined, fraction: number): number {
  const index = stageIndex(stage);
  if (index < 0) return 0;
  const before = stages.slice(0, index).reduce((sum, { share }) => sum + share, 0);
  return Math.min(1, before + (stages[index]?.share ?? 0) * fraction);
}
