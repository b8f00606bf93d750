import { describe, expect, test } from 'vitest';
import { RunState } from '#prisma/generated/client/enums.ts';
import { type TransitionName, transitions } from './run-states.ts';

const states = Object.values(RunState);
const over: readonly RunState[] = ['SUCCEEDED', 'FAILED', 'CANCELED'];
const edges = Object.entries(transitions).flatMap(([name, { from, to }]) =>
  from.map((state) => ({ name, from: state, to })),
);

describe('the states of a run', () => {
  test('are joined by these edges and no others', () => {
    expect(edges.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
      'CLAIMED CANCELED',
      'CLAIMED FAILED',
      'CLAIMED QUEUED',
      'CLAIMED RUNNING',
      'QUEUED CANCELED',
      'QUEUED CLAIMED',
      'RUNNING CANCELED',
      'RUNNING FAILED',
      'RUNNING QUEUED',
      'RUNNING SUCCEEDED',
    ]);
  });

  test('have no way out of an end', () => {
    expect(edges.filter(({ from }) => over.includes(from))).toEqual([]);
  });

  test('all lead to an end', () => {
    const reachable = (from: RunState): RunState[] => edges.filter((edge) => edge.from === from).map(({ to }) => to);
    for (const state of states.filter((state) => !over.includes(state))) {
      expect(
        reachable(state).some((next) => over.includes(next) || reachable(next).some((last) => over.includes(last))),
      ).toBe(true);
    }
  });

  test.each(Object.keys(transitions) as TransitionName[])('%s says when the run ended if it ends it', (name) => {
    const { to, set } = transitions[name];
    expect(set.sql.includes('ended_at = now()')).toBe(over.includes(to));
  });

  test('only a claim raises the epoch', () => {
    const raising = Object.entries(transitions).filter(([, { set }]) => set.sql.includes('lease_epoch + 1'));
    expect(raising.map(([name]) => name)).toEqual(['claim']);
  });
});
