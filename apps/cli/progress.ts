import { type Reporter, type Stage, stages } from '#contract/backend.ts';
import { printable } from './printable.ts';
import { withFlags } from './with-flags.ts';

export type Progress = Reporter & { end(): void };

/** Progress on stderr: one bar that moves on a terminal, one line a stage and tenth elsewhere. */
export function progressReporter(): Progress {
  return process.stderr.isTTY ? barReporter() : lineReporter();
}

function barReporter(): Progress {
  const width = 28;
  let drawn = false;
  const clear = () => {
    if (drawn) process.stderr.write('\r\x1b[2K');
    drawn = false;
  };
  return {
    progress(stage, fraction) {
      const filled = Math.round(fraction * width);
      process.stderr.write(
        `\r\x1b[2K${label(stage)} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent(fraction)}`,
      );
      drawn = true;
    },
    log(level, line) {
      clear();
      process.stderr.write(logLine(level, line));
    },
    end: clear,
  };
}

function lineReporter(): Progress {
  let last = '';
  return {
    progress(stage, fraction) {
      const line = `${label(stage)} ${percent(Math.floor(fraction * 10) / 10)}`;
      if (line !== last) process.stderr.write(`${line}\n`);
      last = line;
    },
    log(level, line) {
      process.stderr.write(logLine(level, line));
    },
    end() {},
  };
}

const logLine = (level: 'info' | 'warning', line: string): string =>
  printable(`${level === 'warning' ? 'warning: ' : ''}${withFlags(line)}\n`);
const label = (stage: Stage): string => `${stages.indexOf(stage) + 1}/${stages.length} ${stage.padEnd(9)}`;
const percent = (fraction: number): string => `${Math.round(fraction * 100)}%`.padStart(4);
