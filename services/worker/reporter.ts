import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '#bus/connect-bus.ts';
import type { Fact } from '#bus/messages.ts';
import { calls } from '#bus/subjects.ts';
import { askUntilAnswered } from './ask-until-answered.ts';
import type { Saying } from './child/task.ts';
import type { Lease, LeaseKey } from './lease.ts';

export type FactReporter = {
  add(fact: Fact): void;
  /** Resolves when everything added is written, or the lease has ended. */
  flush(): Promise<void>;
};

/** Reports are this far apart, so that a talkative attempt costs the gateway five transactions a second. */
const pace = 200;
const factsInReport = 500;
/** A log is for people; the rest of a longer one is left out, and said to be. */
const longestLog = 5_000;
const longestLine = 4_000;
/** While no gateway answers, no more facts than this wait; of the rest only the log, which has its own limit. */
const mostWaiting = 1_000;

/** Sends facts in order, in numbered reports, each again until it is answered. */
export function createReporter(bus: Bus, key: LeaseKey, lease: Lease): FactReporter {
  const waiting: Fact[] = [];
  let number = 0;
  let lines = 0;
  let sending: Promise<void> | null = null;

  async function send(): Promise<void> {
    while (waiting.length > 0 && !lease.signal.aborted) {
      number += 1;
      await report(number, waiting.splice(0, factsInReport));
      await sleep(pace, undefined, { signal: lease.signal }).catch(() => undefined);
    }
  }

  async function report(number: number, facts: readonly Fact[]): Promise<void> {
    try {
      const ask = () => bus.request(calls.report, { ...key, number, facts }, 5_000);
      lease.obey((await askUntilAnswered(ask, lease.signal)).verdict);
    } catch {
      // The lease has ended, or the gateway cannot write these facts: a run is worth more than a line of its log.
    }
  }

  function wake(): Promise<void> {
    sending ??= send().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    add(fact) {
      if (fact.fact === 'log' && ++lines > longestLog) return;
      if (fact.fact !== 'log' && waiting.length >= mostWaiting) return;
      append(waiting, fact.fact === 'log' && lines === longestLog ? endOfLog : fact);
      void wake();
    },
    async flush() {
      while (waiting.length > 0 && !lease.signal.aborted) await wake();
      await sending;
    },
  };
}

const endOfLog: Fact = {
  fact: 'log',
  log: { level: 'warning', line: `The log has reached ${longestLog} lines; the rest is left out.` },
};

/** Only the latest word about a stage is worth sending. */
function append(facts: Fact[], fact: Fact): void {
  const last = facts.at(-1);
  const replaces = fact.fact === 'progress' && last?.fact === 'progress' && last.progress.stage === fact.progress.stage;
  if (replaces) facts.pop();
  facts.push(fact);
}

/** What an attempt's process says, as what is reported of it. */
export function factOf(saying: Saying): Fact | null {
  switch (saying.say) {
    case 'progress':
      return { fact: 'progress', progress: { stage: saying.stage, fraction: saying.fraction } };
    case 'log':
      return { fact: 'log', log: { level: saying.level, line: wellFormed(saying.line) } };
    // Told by the attempt, which has the store for a large one.
    case 'plan':
    case 'done':
    case 'failed':
      return null;
  }
}

/** Names in files may hold half of a surrogate pair, which UTF-8 cannot carry. */
function wellFormed(line: string): string {
  return Buffer.from(line.slice(0, longestLine)).toString();
}
