import type { ProcessMark } from './process-mark.ts';

/** What the name of a hidden folder begins with; `mkdtemp` puts six characters behind it. */
export function stagePrefix(mark: ProcessMark | null): string {
  return mark ? `.partial-${mark.space}-${mark.pid}-${mark.start}-` : '.partial-';
}

/** Whose folder that is; null for a name that is not of ours. */
export function ownerOfStage(name: string): ProcessMark | null {
  const [, space, pid, start] = /^\.partial-([0-9a-f]{12})-([1-9]\d{0,9})-(\d{1,15})-\w{6}$/.exec(name) ?? [];
  return space && pid && start ? { space, pid: Number(pid), start: Number(start) } : null;
}
