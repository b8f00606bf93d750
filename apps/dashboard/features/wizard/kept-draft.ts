import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { emptyDraft, type RunDraft } from './draft.ts';

/** Where a tab keeps texts: `sessionStorage`, or nothing on the server. */
export type TextStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type DraftPlace = {
  readonly path: ProjectPath;
  /** What the draft began as: another beginning is another draft. */
  readonly start: RunDraft;
};

/** The draft that the tab has kept for this project from this beginning; the beginning itself where there is none. */
export function readDraft(store: TextStore | null, { path, start }: DraftPlace): RunDraft {
  try {
    const kept: unknown = JSON.parse(store?.getItem(keyOf(path)) ?? 'null');
    if (!isRecord(kept) || JSON.stringify(kept.start) !== JSON.stringify(start)) return start;
    // A tab may have kept it before the dashboard was updated.
    return isRecord(kept.draft) && sameKeys(kept.draft, emptyDraft) ? (kept.draft as RunDraft) : start;
  } catch {
    return start;
  }
}

/** A full or forbidden store is no reason to stop: the draft then lives as long as its page. */
export function keepDraft(store: TextStore | null, { path, start }: DraftPlace, draft: RunDraft): void {
  try {
    store?.setItem(keyOf(path), JSON.stringify({ start, draft }));
  } catch {}
}

export function forgetDraft(store: TextStore | null, path: ProjectPath): void {
  try {
    store?.removeItem(keyOf(path));
  } catch {}
}

/** The tab's store; null on the server, and where the browser forbids it. */
export function tabStore(): TextStore | null {
  try {
    return typeof window === 'undefined' ? null : window.sessionStorage;
  } catch {
    return null;
  }
}

const keyOf = ({ org, project }: ProjectPath) => `zeropoint new run ${org}/${project}`;

function sameKeys(one: object, other: object): boolean {
  return Object.keys(one).sort().join() === Object.keys(other).sort().join();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
