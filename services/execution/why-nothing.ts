import { counted } from '#contract/counted.ts';
import type { Plan, PlannedLayer } from '#contract/plan.ts';

/** More reasons than this make a sentence nobody reads. */
const mostReasons = 3;

/**
 * Why a plan quantizes nothing, in one clause a reason: “K = 100 is no multiple of the group 64 (2 layers)”. Layers
 * whose reasons differ only in their class (“…, not Conv2d”) share one, and come last: of an ordinary network they are
 * most, and still told.
 */
export function whyNothing({ layers }: Pick<Plan, 'layers'>): string {
  if (layers.length === 0) return 'the model has no layers with weights';
  const groups = new Map<string, PlannedLayer[]>();
  for (const layer of layers) {
    const reason = withMark(layer);
    groups.set(reason, [...(groups.get(reason) ?? []), layer]);
  }
  const byClass = (reason: string) => Number(reason.includes(classMark));
  const sorted = [...groups].sort(([a, its], [b, others]) => byClass(a) - byClass(b) || others.length - its.length);
  const told = withLargest(sorted).map(
    ([reason, its]) => `${withClasses(reason, its)} (${counted(its.length, 'layer')})`,
  );
  const more = layers.length - withLargest(sorted).reduce((sum, [, its]) => sum + its.length, 0);
  return [...told, ...(more === 0 ? [] : [`other reasons (${counted(more, 'layer')})`])].join('; ');
}

type Reasons = readonly (readonly [string, readonly PlannedLayer[]])[];

/** The first few, the last of them giving way to the one of most layers if that is not among them. */
function withLargest(sorted: Reasons): Reasons {
  const first = sorted.slice(0, mostReasons);
  const most = Math.max(...sorted.map(([, its]) => its.length));
  if (first.some(([, its]) => its.length === most)) return first;
  const largest = sorted.filter(([, its]) => its.length === most).slice(0, 1);
  return [...first.slice(0, -1), ...largest];
}

/** Stands for the layer's class at the end of its reason (“…, not Conv2d”); no reason has it. */
const classMark = '\0';

function withMark({ reason, class: its }: PlannedLayer): string {
  return reason.endsWith(`not ${its}`) ? `${reason.slice(0, reason.length - its.length)}${classMark}` : reason;
}

function withClasses(reason: string, layers: readonly PlannedLayer[]): string {
  const classes = [...new Set(layers.map((layer) => layer.class))];
  const shown = classes.length > 4 ? [...classes.slice(0, 4), '…'] : classes;
  return reason.replace(classMark, () => shown.join(', '));
}
