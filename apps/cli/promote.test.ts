import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { promoteCommand } from './commands/promote.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-cli-promote-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const said = { stdout: '', stderr: '' };
beforeEach(() => {
  Object.assign(said, { stdout: '', stderr: '' });
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += text;
      return true;
    });
  return () => vi.restoreAllMocks();
});

async function promote(name: string, text: string, ...flags: string[]) {
  const path = join(scratch, name);
  await writeFile(path, text);
  await promoteCommand().parseAsync([path, ...flags], { from: 'user' });
  return said;
}

const spec = 'quantize:\n  backend: torchao\n  layers:\n    - module_name: fc\n      weights: { dtype: fp8_e5m2 }\n';

test('the next recipe is printed where a file can be made of it, and what became of the old one beside it', async () => {
  const { stdout, stderr } = await promote('spec.yaml', spec);
  expect(stdout).toMatch(/^quantize:\n {2}backend: modelopt\.pytorch\n/);
  expect(stderr).toMatch(/^kept +Quantized: fc\.$/m);
  expect(stderr).toMatch(/^lost +The rule “fc”.*fp8_e5m2/m);
  expect(stderr).toMatch(/^needed +Calibration data/m);
});

test('a manifest is taken as well, and two steps at once', async () => {
  const manifest = { format: 'zeropoint-manifest/1', recipe: { backend: 'torchao' }, plan: { layers: [] } };
  const { stdout } = await promote('manifest.json', JSON.stringify(manifest), '--to', 'modelopt.onnx', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ to: 'modelopt.onnx', needs: ['ONNX_MODEL', 'CALIBRATION'], warnings: [] });
});

test.each([
  ['the last step', 'backend: modelopt.onnx', [], /last step/],
  ['a step back', 'backend: modelopt.pytorch', ['--to', 'torchao'], /No step leads/],
  ['no recipe', '{ "layers": [] }', [], /backend is missing/],
  ['no backend', spec, ['--to', 'tensorrt'], /tensorrt/],
])('%s is refused in a sentence', async (name, text, flags, sentence) => {
  await expect(promote(`${name}.yaml`, text, ...flags)).rejects.toThrow(sentence);
  expect(said.stdout).toBe('');
});
