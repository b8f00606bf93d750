import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { quantizedModel } from '#engine/graph/lint/quantized-model.fixture.ts';

vi.setConfig({ testTimeout: 120_000 });

let scratch: string;
let quantized: string;
let old: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-lint-'));
  old = join(scratch, 'old.onnx');
  quantized = join(scratch, 'new.onnx');
  const model = quantizedModel();
  await writeOnnxModel(quantized, model);
  await writeOnnxModel(old, { ...model, opsets: [{ domain: '', version: 12 }] });
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('a model without errors ends with 0, and the command that builds its engine', async () => {
  const { code, stdout } = await lint(quantized);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ Q\/DQ pairs: 0 errors/m);
  expect(stdout).toContain(`\ntrtexec --onnx=${quantized} --stronglyTyped --saveEngine=`);
});

test('a model with errors ends with 2: rule, node and remedy on stdout, how many on stderr', async () => {
  const { code, stdout, stderr } = await lint(old);
  expect(code).toBe(2);
  expect(stdout).toMatch(
    /^error {4}Q09 {2}QuantizeLinear .* a scale for each channel.* opset 12\.\n {14}also: .*\n {14}Raise/m,
  );
  expect(stderr).toMatch(/^zeropoint: old\.onnx has \d+ errors: /);
});

test('--json is one line, whatever it says', async () => {
  const { code, stdout } = await lint(old, '--json');
  expect(code).toBe(2);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const report = JSON.parse(stdout);
  expect(report.findings[0]).toMatchObject({
    rule: 'Q09',
    level: 'error',
    remedy: 'Raise the model to opset 13 or newer.',
  });
  expect(report.counts.errors).toBe(report.findings[0].count);
});

const command = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));

function lint(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, 'lint', ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
