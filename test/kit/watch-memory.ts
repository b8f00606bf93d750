import { residentMb } from '#worker/child/resident-mb.ts';

export type MemoryWatch = {
  /** Megabytes at most so far, by name. */
  peaks(): Readonly<Record<string, number>>;
  stop(): void;
};

/** Looks ten times a second at how much memory processes hold. */
export function watchMemory(pids: Readonly<Record<string, number>>): MemoryWatch {
  const peaks: Record<string, number> = {};
  const timer = setInterval(() => {
    for (const [name, pid] of Object.entries(pids)) {
      void residentMb(pid).then((megabytes) => {
        peaks[name] = Math.max(peaks[name] ?? 0, megabytes);
      });
    }
  }, 100);
  return { peaks: () => ({ ...peaks }), stop: () => clearInterval(timer) };
}
