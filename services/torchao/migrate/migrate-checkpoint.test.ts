import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { lookUp } from '#engine/formats/pth/containers.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { call, dict, global, tensor, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue, TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { numberToBfloat16 } from '#engine/numerics/bfloat16.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';
import golden from '../../../test/golden/torchao/digests.json' with { type: 'json' };
import { dequantize } from '../dequantize.ts';
import { migrateCheckpoint } from './migrate-checkpoint.ts';
import { blockOfScales, oldWeights } from './old-weight.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-migrate-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('files that older releases wrote', () => {
  /** Dequantized by the release that wrote the file. */
  it.each(Object.entries(golden.dequantized))('%s means the same in the classes of 0.18', async (file, digests) => {
    const { path } = await migrate(fileURLToPath(new URL(`../../../test/golden/torchao/${file}`, import.meta.url)));
    const checkpoint = await openCheckpoint(path, file);
    expect(await meanings(checkpoint)).toEqual(digests);
    expect([...checkpoint.quantized.values()].map(({ class: name }) => name)).toEqual(
      Array(2).fill(`torchao.quantization.${file.includes('float8') ? 'Float8Tensor' : 'Int8Tensor'}`),
    );
    expect(checkpoint.tensors.filter(({ name }) => name.endsWith('scale')).map(({ dtype }) => dtype)).toEqual(
      Array(2).fill('float32'),
    );
    await checkpoint.close();
  });

  it('keep what stands beside the weights', async () => {
    const file = 'old.0.17.int8-group16.bfloat16.pth';
    const { path, result } = await migrate(
      fileURLToPath(new URL(`../../../test/golden/torchao/${file}`, import.meta.url)),
    );
    expect(result.tensors).toEqual({ migrated: 2, current: 0, plain: 1 });
    const checkpoint = await openCheckpoint(path, file);
    expect(checkpoint.wrapper).toEqual(['state_dict']);
    expect(lookUp(checkpoint.rest?.root, 'epoch')).toBe(3);
    expect(lookUp(lookUp(checkpoint.rest?.root, 'optimizer'), 'lr')).toEqual({ kind: 'float', value: 0.1 });
    await checkpoint.close();
  });

  it('may be migrated again, which changes nothing', async () => {
    const file = fileURLToPath(new URL('../../../test/golden/torchao/old.0.14.int8.float32.pth', import.meta.url));
    const first = await migrate(file);
    expect((await migrate(first.path)).result.tensors).toEqual({ migrated: 0, current: 2, plain: 1 });
  });
});

describe('refusals leave nothing behind', () => {
  const whole = (className: string, parts: Readonly<Record<string, PickleValue>>): PickleValue => {
    const type = global('torchao.quantization', className);
    const args = tuple(type, global('torch', 'float32'), tuple(2, 2), tuple(2, 1), 0, null, null, false);
    const rebuild = global('torch._utils', '_rebuild_wrapper_subclass');
    return call(global('torch._tensor', '_rebuild_from_type_v2'), rebuild, type, args, dict(Object.entries(parts)));
  };
  const qdata = tensor([2, 2], storage('int8', [1, 2, 3, 4]));
  const scale = tensor([2, 1], storage('float32', [0, 0, 128, 63, 0, 0, 128, 63]));

  it.each<{ what: string; state: PickleValue; says: RegExp }>([
    { what: 'nothing quantized', state: tensor([2, 1], storage('int8', [1, 2])), says: /nothing to migrate/ },
    {
      what: 'a zero point',
      state: whole('Int8Tensor', { qdata, scale, zero_point: tensor([2, 1], storage('int8', [0, 7])) }),
      says: /^w has a zero point other than 0 at 1/,
    },
    {
      what: 'another class',
      state: whole('Int4Tensor', { qdata, scale }),
      says: /^w is a torchao\.quantization\.Int4Tensor, which torchao 0\.18 has no counterpart for/,
    },
    {
      what: 'static activations',
      state: whole('Int8Tensor', { qdata, scale, act_quant_scale: scale }),
      says: /with other tensors than weights and scales/,
    },
    {
      what: 'dynamic activations',
      state: whole('Int8Tensor', { qdata, scale, act_quant_kwargs: call(global('torchao', 'Kwargs')) }),
      says: /^w is a torchao\.quantization\.Int8Tensor that quantizes what its layer takes in/,
    },
    {
      what: 'packed values',
      state: whole('Int8Tensor', { qdata: tensor([2, 1], storage('int8', [1, 2])), scale }),
      says: /packs its values of \[2, 2\] into \[2, 1\]/,
    },
  ])('$what', async ({ state, says }) => {
    const folder = await mkdtemp(join(scratch, 'refused-'));
    const path = join(folder, 'old.pth');
    await writeCheckpoint(path, dict([['w', state]]));
    await expect(migrate(path, folder)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(says),
    });
    expect(await readdir(folder)).toEqual(['old.pth']);
  });
});

async function migrate(old: string, folder?: string) {
  const path = join(folder ?? (await mkdtemp(join(scratch, 'new-'))), 'new.pth');
  const result = await migrateCheckpoint({
    model: { path: old, name: 'old.pth' },
    path,
    archiveName: 'new',
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return { path, result };
}

function storage(dtype: TensorStorage['dtype'], bytes: readonly number[]): TensorStorage {
  const length = dtype === 'float32' ? bytes.length / 4 : bytes.length;
  return { dtype, length, bytes: async () => Uint8Array.from(bytes) };
}

/** A digest of what each tensor means, as make_torchao.py makes them. */
async function meanings(checkpoint: Checkpoint): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  const weights = new Map(oldWeights(checkpoint).map((weight) => [weight.name, weight]));
  for (const [name, weight] of weights) {
    const { dtype } = checkpoint.quantized.get(name) ?? { dtype: 'float32' };
    const [rows = 0, cols = 0] = weight.qdata.shape;
    const kind = weight.class === 'Int8Tensor' ? 'int8' : 'fp8_e4m3fn';
    const scale = { dtype: weight.scale.dtype, length: 0 };
    const values = dequantize(
      { kind, dtype, rows, cols, block: blockOfScales(weight), qdata: scale, scale },
      { qdata: await checkpoint.read(weight.qdata), scale: await checkpoint.read(weight.scale) },
    );
    digests[name] = digest(narrow(values, dtype));
  }
  for (const plain of checkpoint.tensors) {
    if ([...weights.keys()].some((name) => plain.name.startsWith(`${name}.`))) continue;
    digests[plain.name] = digest(await checkpoint.read(plain));
  }
  return digests;
}

function narrow(values: Float32Array, dtype: string): ArrayBufferView {
  if (dtype === 'bfloat16') return Uint16Array.from(values, numberToBfloat16);
  return dtype === 'float16' ? Uint16Array.from(values, numberToFloat16) : values;
}

function digest({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
    .slice(0, 16);
}
