import type { RunDraft } from './draft.ts';

/** What a dataset can be chosen for. */
export type Slot = 'calibration' | 'evaluation';

/** Versions that were uploaded for a slot and are still being inspected; of several for one slot, the last. */
export type Awaited = Readonly<Record<Slot, string | null>>;
export const nothingAwaited: Awaited = { calibration: null, evaluation: null };

/** A dataset as a slot sees it. `reason` says why it cannot serve there, or not yet; null: it can. */
export type SlotOption = {
  readonly value: string;
  readonly label: string;
  readonly disabled: boolean;
  readonly pending: boolean;
  readonly reason: string | null;
};
export type SlotOptions = Readonly<Record<Slot, readonly SlotOption[]>>;

/** What the draft takes of an inspection that has ended: the set goes to the slot it was uploaded for, if it fits there. */
export function arrived(awaited: Awaited, options: SlotOptions): Partial<RunDraft> {
  const [calibration, evaluation] = slots.map((slot) => options[slot].find(({ value }) => value === awaited[slot]));
  return {
    ...(calibration?.reason === null ? { calibrationVersionId: calibration.value } : {}),
    ...(evaluation?.reason === null ? { evaluationVersionId: evaluation.value, skipsEvaluation: false } : {}),
  };
}

/** The only set that can be evaluated with, and that is not for calibration, where nobody has chosen one; else null. */
export function onlyEvaluation(draft: RunDraft, options: SlotOptions): string | null {
  if (draft.evaluationVersionId !== null || draft.skipsEvaluation) return null;
  const [only, ...others] = options.evaluation.filter(({ reason }) => reason === null);
  return only && others.length === 0 && only.value !== draft.calibrationVersionId ? only.value : null;
}

/** What became of the last upload for a slot, as a sentence; null: it was chosen, or there was none. */
export function awaitedWords(awaited: Awaited, options: SlotOptions, slot: Slot): string | null {
  const upload = options[slot].find(({ value }) => value === awaited[slot]);
  if (!upload?.reason) return null;
  return upload.pending
    ? 'The uploaded dataset is being inspected, and is chosen here once it is known to fit.'
    : `The uploaded dataset was not chosen: ${upload.label}.`;
}

/** Why what is chosen cannot serve after all, as a sentence; null: it can, or nobody knows yet. */
export function slotProblem(options: readonly SlotOption[], chosen: string | null): string | null {
  const option = options.find(({ value }) => value === chosen);
  return option?.disabled ? `Choose another dataset: ${option.label}.` : null;
}

const slots = ['calibration', 'evaluation'] as const satisfies readonly Slot[];
