import type { Score } from '#contract/outcome.ts';
import type { RunKey } from './run-states.ts';

export type EvaluationRow = RunKey & {
  readonly subject: 'float' | 'quantized';
  readonly metric: string;
  readonly value: number;
  readonly correct: number;
  readonly total: number;
};

/** The evidence of an outcome as rows, so that runs can be sorted and compared by it. */
export function evaluationRows({ organizationId, runId }: RunKey, outcome: unknown): EvaluationRow[] {
  const evaluation = field(outcome, 'evaluation');
  const metric = field(evaluation, 'metric');
  if (typeof metric !== 'string') return [];
  return (['float', 'quantized'] as const).flatMap((subject) => {
    const score = scoreOf(field(evaluation, subject));
    if (!score) return [];
    return [{ organizationId, runId, subject, metric, value: score.correct / score.total, ...score }];
  });
}

function scoreOf(value: unknown): Score | null {
  const correct = field(value, 'correct');
  const total = field(value, 'total');
  if (typeof correct !== 'number' || typeof total !== 'number') return null;
  return total > 0 && correct >= 0 && correct <= total ? { correct, total } : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
