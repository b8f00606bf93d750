import type { InputFiles } from './backend.ts';

/** Why the evaluation data of a checkpoint is not read, as a sentence; null: it is, or there is none. */
export function unreadEvaluation({ evaluation, graph }: Pick<InputFiles, 'evaluation' | 'graph'>): string | null {
  if (!evaluation || graph) return null;
  return `${evaluation.name} is not read: accuracy is measured through a companion graph, and none is given.`;
}
