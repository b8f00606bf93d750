import { expect, test } from 'vitest';
import type { Quantizer } from '../quantizer.ts';
import { warnOfCalls } from './calibration-words.ts';
import type { InputCalls } from './input-calls.ts';

/** A checkpoint of one Linear, called with these tensors. */
function loneLinear(tensors: readonly string[]): InputCalls {
  const quantizer: Quantizer = {
    module: '',
    attribute: 'input_quantizer',
    role: 'input',
    weight: null,
    isEnabled: true,
    format: 'int8',
    axis: null,
  };
  const module = {
    name: '',
    names: [''],
    class: 'Linear',
    evidence: 'its weight',
    assumed: false,
    weight: null,
    weights: [],
    inputs: [],
  };
  return { quantizer, name: 'input_quantizer', module, tensors, isStepwise: false };
}

test('a layer that is the whole network and is never called is named', () => {
  expect(warnOfCalls({ inputs: [loneLinear([])], padded: [] }, new Map())).toEqual([
    'The graph never calls the network itself, so its input quantizer has no amax; ModelOpt would take one from each batch.',
  ]);
});

test('a sentence that begins with it has a capital letter', () => {
  const [warning] = warnOfCalls({ inputs: [loneLinear(['x'])], padded: [] }, new Map([['input_quantizer', 0]]));
  expect(warning).toMatch(/^The network itself sees nothing but zeros/);
});
