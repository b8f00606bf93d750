import type { Inspection } from '#contract/inspection.ts';

/** Whether JSON that a worker said, or that is stored, is an inspection of that kind. */
export function isInspectionOf(kind: Inspection['kind'], json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'kind' in json && json.kind === kind;
}
