import type { Inspection } from '#contract/inspection.ts';
import type { Context } from '../context.ts';
import { isInspectionOf } from './is-inspection-of.ts';

type Row = { readonly id: string; readonly json: unknown };

/** One row that does not hold what it should must not take its list down: it is shown as not inspected, and logged. */
export function readable(kind: Inspection['kind'], { id, json }: Row, { log }: Pick<Context, 'log'>): unknown {
  if (json === null || json === undefined || isInspectionOf(kind, json)) return json;
  log.error({ id }, `the inspection of a ${kind} version holds something else and is not shown`);
  return null;
}
