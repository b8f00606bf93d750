import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { seededRandom } from '../seeded-random.ts';
import { decodeImage } from './decode.ts';

const { files }: { readonly files: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(new URL('../../../../test/golden/images.json', import.meta.url), 'utf8'),
);

test('300 damaged images are decoded or refused, never more', async () => {
  const random = seededRandom(6);
  const below = (limit: number) => Math.floor(random() * limit);
  const tally = { decoded: 0, refused: 0 };
  for (let i = 0; i < 300; i++) {
    const [name = '', text = ''] = Object.entries(files)[below(Object.keys(files).length)] ?? [];
    const bytes = Buffer.from(text, 'base64');
    for (let at = below(8); at >= 0; at--) bytes[below(random() < 0.5 ? 200 : bytes.length)] = below(256);
    const image = decodeImage(name, random() < 0.25 ? bytes.subarray(0, below(bytes.length)) : bytes);
    const end = await image.catch((error) => error);
    if ('rgb' in end) expect(end.rgb).toHaveLength(end.width * end.height * 3);
    else expect(end).toBeInstanceOf(InputError);
    tally['rgb' in end ? 'decoded' : 'refused'] += 1;
  }
  expect(tally.decoded).toBeGreaterThan(30);
  expect(tally.refused).toBeGreaterThan(100);
});
