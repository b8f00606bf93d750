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

/** Sends facts in order, in numbered reports, each again until it is answered. */
export function createReporter(bus: Bus, key: LeaseKey, lease: Lease): FactReporter {
  let waiting: Fact[] = [];
  let number = 0;
  let lines = 0;
  let sending: Promise<void> | null = null;

  async function send(): Promise<void> {
    while (waiting.length > 0 && !lease.signal.aborted) {
      const facts = waiting.slice(0, factsInReport);
      waiting = waiting.slice(factsInReport);
      number += 1;
      const report = { ...key, number, facts };
      const { verdict } = await askUntilAnswered(() => bus.request(calls.report, report, 5_000), lease.signal);
      lease.obey(verdict);
      await sleep(pause(waiting), undefined, { signal: lease.signal });
    }
  }

  /** What rejects here is the end of the lease, which its holder learns from its signal. */
  const wake = () => {
    sending ??= send()
      .catch(() => undefined)
      .finally(() => {
        sending = null;
        if (waiting.length > 0 && !lease.signal.aborted) wake();
      });
    return sending;
  };

  return {
    add(fact) {
      if (fact.fact === 'log' && ++lines > longestLog) return;
      waiting = appended(waiting, lines === longestLog && fact.fact === 'log' ? endOfLog : fact);
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
function appended(facts: readonly Fact[], fact: Fact): Fact[] {
  const last = facts.at(-1);
  const replaces = fact.fact === 'progress' && last?.fact === 'progress' && last.progress.stage === fact.progress.stage;
  return [...(replaces ? facts.slice(0, -1) : facts), fact];
}

/** The last report of an attempt is not kept waiting. */
function pause(waiting: readonly Fact[]): number {
  return waiting.length > factsInReport ? 0 : pace;
}

/** What an attempt's process says, as what is reported of it. */
export function factOf(saying: Saying): Fact | null {
  switch (saying.say) {
    case 'progress':
      return { fact: 'progress', progress: { stage: saying.stage, fraction: saying.fraction } };
    case 'log':
      return { fact: 'log', log: { level: saying.level, line: saying.line } };
    case 'plan':
      return { fact: 'planJson', planJson: JSON.stringify(saying.plan) };
    case 'done':
    case 'failed':
      return null;
  }
}
