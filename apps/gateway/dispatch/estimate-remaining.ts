import { type Stage, stages } from '#contract/backend.ts';

/** What part of a run each stage usually takes; a run that skips a stage is merely ahead of its estimate. */
const share = { load: 0.1, calibrate: 0.4, quantize: 0.2, write: 0.05, evaluate: 0.25 } as const satisfies Record<
  Stage,
  number
>;

/** Below this the past says too little about the future. */
const leastDone = 0.05;

/** Whole seconds until the end if it goes on as it went, `elapsed` seconds after its start; null: too early to say. */
export function estimateRemaining(at: { stage: Stage; fraction: number; elapsed: number }): number | null {
  const done = doneBefore(at.stage) + share[at.stage] * at.fraction;
  if (done < leastDone) return null;
  return Math.max(0, Math.round((at.elapsed * (1 - done)) / done));
}

export function isStage(name: string): name is Stage {
  return stages.some((stage) => stage === name);
}

function doneBefore(stage: Stage): number {
  return stages.slice(0, stages.indexOf(stage)).reduce((sum, earlier) => sum + share[earlier], 0);
}
