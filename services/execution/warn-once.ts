import type { Reporter } from '#contract/backend.ts';

/** Says each warning once: a backend may say at once what stands among its findings at the end. */
export function warnOnce(report: Reporter): Reporter {
  const said = new Set<string>();
  return {
    progress: (stage, fraction) => report.progress(stage, fraction),
    log(level, line) {
      if (level === 'warning' && said.has(line)) return;
      if (level === 'warning') said.add(line);
      report.log(level, line);
    },
  };
}
