import { describe, expect, test } from 'vitest';
import { type CompanionKind, companionKinds, expectedOf, parityNets } from '#kit/parity-net.ts';
import { type ParityCase, parityCases } from '../conformance/conformance.fixture.ts';
import { answersOf, distance, expectedAnswers, largestDifference } from './parity-answers.fixture.ts';
import { exportParity } from './parity-export.fixture.ts';

const kinds = Object.keys(companionKinds) as CompanionKind[];

describe.each(['convbn', 'vit'] as const)('%s', (net) => {
  test.each(kinds)(
    'the exported INT8 graph through the %s companion answers as the fake-quantized network',
    async (kind) => {
      const { model } = await exportParity(net, { given: 'int8', kind });
      const difference = largestDifference(await answersOf(model, net), await expectedAnswers(net, 'int8'));
      expect(difference).toBeLessThan(4e-6);
    },
  );
});

/** Of the quantization error. `x · (127 / amax)` and `x / (amax / 127)` round a few ties apart. */
const usual = 1e-4;
const mostAtTies = 0.5;

describe.each(parityNets.filter((net) => net !== 'rnn'))('%s', async (net) => {
  const { cases } = await expectedOf(net);
  const given = parityCases.filter((name) => cases[name]);
  test('every case answers as ModelOpt’s network does, but for ties', async () => {
    const float = await expectedAnswers(net, 'float');
    const ratios = new Map<ParityCase, number>();
    for (const name of given) {
      const { model } = await exportParity(net, { given: name, kind: 'plain' });
      const theirs = await expectedAnswers(net, name);
      ratios.set(name, distance(await answersOf(model, net), theirs) / distance(float, theirs));
    }
    expect([...ratios].filter(([, ratio]) => !(ratio < mostAtTies))).toEqual([]);
    expect([...ratios].filter(([, ratio]) => ratio > usual).length).toBeLessThanOrEqual(2);
  });
});
