import { expect, test } from 'vitest';
import { isLinearName } from './linear-names.ts';

test.each([
  'model.layers.0.self_attn.q_proj',
  'lm_head',
  'mlp.fc1',
  'attn.to_out.0',
  'layers.3.feed_forward.w2',
  'h.0.attn.c_attn',
])('%s is called as a Linear is', (name) => {
  expect(isLinearName(name)).toBe(true);
});

test.each(['vocab', 'wte', 'tok', 'codebook', '', '0', 'relative_position', 'fcos'])('%s might be anything', (name) => {
  expect(isLinearName(name)).toBe(false);
});
