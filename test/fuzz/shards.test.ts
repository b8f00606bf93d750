import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { exercise } from './exercise.ts';
import { byteMutations } from './mutate/bytes.ts';
import { mutate } from './mutate/mutation.ts';
import { type Random, randomOf } from './random.ts';

const fixtures = fileURLToPath(new URL('../fixtures/safetensors/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'zeropoint-shards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = [
  '/etc/passwd',
  '../x.safetensors',
  'a\u0000b',
  '.',
  '',
  'CON:',
  'model.safetensors.index.json',
  '\ud800',
];
const values = [null, 1, [], {}, 'model-00009-of-00009.safetensors', ...names];

/** What can be wrong with a model in several files: its index, one of them, or which of them is which. */
const damages: Readonly<Record<string, (path: string, random: Random) => void>> = {
  index: (path, random) => damage(path, indexOf(path), random),
  shard: (path, random) => damage(path, random.pick(shardsOf(path)), random),
  swap(path) {
    const [first = '', second = ''] = shardsOf(path);
    writeFileSync(join(path, first), readFileSync(join(path, second)));
  },
  gone: (path, random) => rmSync(join(path, random.pick(shardsOf(path)))),
  map(path, random) {
    const file = join(path, indexOf(path));
    const index = JSON.parse(readFileSync(file, 'utf8'));
    index.weight_map[random.pick(Object.keys(index.weight_map))] = random.pick(values);
    writeFileSync(file, JSON.stringify(index));
  },
};

it.each(['sharded', 'sharded-pth'])('%s, damaged in any of its files, is read or refused, never more', async (from) => {
  for (let index = 0; index < 150; index++) {
    const random = randomOf(5, index);
    const path = join(folder, `${from}-${index}`);
    cpSync(join(fixtures, from), path, { recursive: true });
    const kind = random.pick(Object.keys(damages));
    damages[kind]?.(path, random);
    const name = indexOf(path);
    const outcome = await exercise({ file: { path: join(path, name), name }, folder: path });
    expect({ kind, index, outcome }).not.toMatchObject({ outcome: { kind: 'finding' } });
  }
});

const indexOf = (path: string) => readdirSync(path).find((name) => name.endsWith('.json')) ?? '';
const shardsOf = (path: string) => readdirSync(path).filter((name) => !name.endsWith('.json'));

function damage(path: string, name: string, random: Random): void {
  const file = join(path, name);
  writeFileSync(file, mutate(readFileSync(file), byteMutations, random).value);
}
