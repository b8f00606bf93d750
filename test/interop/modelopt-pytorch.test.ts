import { expect, test } from 'vitest';
import { expectedOf, parityNets } from '#kit/parity-net.ts';
import { parityCases } from '#modelopt/pytorch/conformance/conformance.fixture.ts';
import { quantizeParity } from '#modelopt/pytorch/conformance/quantize-parity.fixture.ts';
import { withRealTools } from './with-real-tools.ts';

const { judged, scratch } = withRealTools();

const offered = await Promise.all(
  parityNets.map(async (net) => {
    const { cases } = await expectedOf(net);
    return parityCases.filter((given) => cases[given]).map((given) => ({ net, given, kind: 'plain' as const }));
  }),
);

const compressed = parityNets.flatMap((net) =>
  (['int8', 'fp8'] as const).map((given) => ({ net, given, kind: 'plain' as const, compress: true as const })),
);
const more = [
  { net: 'embed', given: 'tao-int8' },
  { net: 'convbn', given: 'tao-linear' },
  { net: 'unet', given: 'skip' },
  { net: 'vit', given: 'smoothquant' },
] as const;

test('the real ModelOpt restores packed weights, the same as it packs itself', async () => {
  const files: string[] = [];
  for (const one of [
    ...compressed,
    ...more.map((row) => ({ ...row, kind: 'plain' as const, compress: true as const })),
  ]) {
    const { path } = await quantizeParity(one, scratch());
    files.push(`${one.net}:${one.given}+compressed=${path}`);
  }
  const verdict = await judged(['judge_restore.py', ...files]);
  console.log(verdict.replaceAll('; ', '\n'));
  expect(verdict.split('; ')).toHaveLength(files.length);
});

test('the real ModelOpt restores what we write, and has the same quantizers and answers', async () => {
  const files: string[] = [];
  for (const one of offered.flat()) {
    const { path } = await quantizeParity(one, scratch());
    files.push(`${one.net}:${one.given}=${path}`);
  }
  const verdict = await judged(['judge_restore.py', ...files]);
  console.log(verdict.replaceAll('; ', '\n'));
  expect(verdict.split('; ')).toHaveLength(files.length);
});
