import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { openCheckpoint } from './open.ts';

type ExpectedTensor = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
};

const zoo = fileURLToPath(new URL('../../../../test/fixtures/pth-zoo/', import.meta.url));
const golden: Readonly<Record<string, readonly ExpectedTensor[]>> = JSON.parse(
  await readFile(new URL('../../../../test/golden/demo-tensors.json', import.meta.url), 'utf8'),
);

async function listTensors(path: string, digits: number) {
  const checkpoint = await openCheckpoint(path, 'file');
  const tensors: ExpectedTensor[] = [];
  for (const tensor of checkpoint.tensors) {
    const hash = createHash('sha256').update(await checkpoint.read(tensor));
    tensors.push({
      name: tensor.name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      sha256: hash.digest('hex').slice(0, digits),
    });
  }
  await checkpoint.close();
  return { ...checkpoint, tensors };
}

describe('openCheckpoint', () => {
  it.each(Object.keys(golden))('reads every tensor of %s as torch does', async (name) => {
    const { tensors, wrapper } = await listTensors(demoFile(name).path, 64);
    expect(tensors).toEqual(golden[name]);
    expect(wrapper).toEqual([]);
  });

  it('finds the state dict of a Lightning checkpoint and who wrote it', async () => {
    const lightning = await listTensors(demoFile('digits-cnn.lightning.ckpt.pth').path, 64);
    expect(lightning).toMatchObject({ wrapper: ['state_dict'], producer: 'pytorch-lightning 2.5.5' });
    expect(lightning.tensors.map(({ name }) => name)).toContain('model.fc.weight');
  });

  it('reports classes that it does not know and reads the weights beside them', async () => {
    const { unknownGlobals } = await listTensors(`${zoo}omegaconf-values.pth`, 16);
    expect(unknownGlobals).toContain('omegaconf.dictconfig.DictConfig');
  });
});

it('names the file where a tensor of it is wrong', async () => {
  const hostile = fileURLToPath(new URL('../../../../test/fixtures/hostile/pth/', import.meta.url));
  await expect(openCheckpoint(`${hostile}tensor-offset-beyond.pth`, 'mine.pth')).rejects.toMatchObject({
    code: 'CORRUPT_FILE',
    message: 'In mine.pth, the tensor “w” reaches element 4 of a storage that has 4.',
  });
});

describe('a file that is no checkpoint', () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'zeropoint-open-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  async function open(name: string, bytes: string | Uint8Array) {
    await writeFile(join(scratch, name), bytes);
    return openCheckpoint(join(scratch, name), name);
  }

  it('says where a truncated file ends', async () => {
    const whole = await readFile(demoFile('digits-cnn.pth').path);
    await expect(open('cut.pth', whole.subarray(0, 500_000))).rejects.toMatchObject({
      code: 'CORRUPT_FILE',
      message: expect.stringContaining('cut.pth ends at byte 500000 without the directory'),
    });
  });

  it('says which backend an ONNX model is for', async () => {
    await expect(openCheckpoint(demoFile('digits-cnn.onnx').path, 'digits.pth')).rejects.toMatchObject({
      code: 'WRONG_BACKEND',
      message: 'digits.pth is an ONNX model, not a PyTorch checkpoint.',
      remedy: expect.stringContaining('modelopt.onnx'),
    });
  });

  it.each([
    ['', 'NOT_A_MODEL', 'is empty (0 bytes)'],
    ['version https://git-lfs.github.com/spec/v1\n', 'NOT_A_MODEL', 'Git LFS pointer'],
    ['<!DOCTYPE html><html></html>', 'NOT_A_MODEL', 'a web page'],
    ['\x1f\x8b\x08 gzip', 'NOT_A_MODEL', 'gzip'],
    ['{"error": "not found"}', 'NOT_A_MODEL', 'JSON'],
    ['just text', 'NOT_A_MODEL', 'neither a .pth'],
  ])('says what %j is instead', async (text, code, part) => {
    await expect(open('model.pth', Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(part),
    });
  });

  it('says that a dataset is one', async () => {
    await expect(openCheckpoint(demoFile('calibration.npz').path, 'calibration.npz')).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
      message: expect.stringContaining('NumPy'),
    });
  });
});
