import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoFile } from '../../test/kit/demo-file.ts';

/** Every command is a process of its own, as a person or a script starts it. */
vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

const cnn = demoFile('digits-cnn.pth').path;
const graph = demoFile('digits-cnn.onnx').path;
const calibration = demoFile('calibration.npz').path;
const evaluation = demoFile('evaluation.npz').path;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-cli-'));
  await writeFile(join(scratch, 'notes.pth'), 'These are notes, not a model.\n'.repeat(50));
  await writeFile(join(scratch, 'cut.pth'), (await readFile(cnn)).subarray(0, 300_000));
  await writeFile(join(scratch, 'spec.yaml'), 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n');
  await writeFile(join(scratch, 'broken.yaml'), 'quantize: [\n');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('what goes well', () => {
  const pth = [cnn, '--graph', graph];
  const data = ['--calibration', calibration, '--evaluation', evaluation];
  test.concurrent.each([
    { backend: 'torchao', given: [...pth, '--evaluation', evaluation], output: 'quantized_model_torchao.pth' },
    { backend: 'modelopt.pytorch', given: [...pth, ...data], output: 'quantized_model_modelopt.pytorch.pth' },
    { backend: 'modelopt.onnx', given: [graph, ...data], output: 'quantized_model.onnx' },
  ])('quantize --backend $backend --json', async ({ backend, given, output }) => {
    const out = join(scratch, backend, 'new', 'folder');
    const { code, stdout } = await zeropoint(['quantize', ...given, '--backend', backend, '--out', out, '--json']);
    expect(code).toBe(0);
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(Object.keys(result)).toEqual([
      'artifacts',
      'layers',
      'warnings',
      'seconds',
      'peakRssBytes',
      'bytesBefore',
      'bytesAfter',
      'evaluation',
      'deviations',
    ]);
    expect(Object.keys(result.layers).sort()).toEqual(['inputs', 'native', 'quantized', 'skipped']);
    expect(result.layers.quantized).toBeGreaterThan(0);
    expect(result.warnings).toEqual([]);
    expect(result.evaluation.float).toEqual({ correct: 1477, total: 1488 });
    expect(result.artifacts.map(({ path }: { path: string }) => path)).toEqual([
      join(out, output),
      join(out, 'manifest.json'),
    ]);
    expect((await readdir(out)).sort()).toEqual(['manifest.json', output].sort());
  });

  test.concurrent('a graph with its weights in another file is inspected and quantized, into two files where that is asked for', async () => {
    const zoo = (name: string) => fileURLToPath(new URL(`../../test/fixtures/onnx-zoo/${name}`, import.meta.url));
    const { stdout: inspected } = await zeropoint(['inspect', zoo('external.onnx'), '--json']);
    expect(JSON.parse(inspected)).toMatchObject({ format: 'onnx', bytes: 1222 + 59_584, shards: 1 });

    const out = join(scratch, 'external');
    const asked = ['--backend', 'modelopt.onnx', '--calibration', zoo('external.npz'), '--out', out, '--json'];
    const set = ['--set', 'use_external_data_format=true'];
    const { code, stdout } = await zeropoint(['quantize', zoo('external.onnx'), ...asked, ...set]);
    expect(code).toBe(0);
    const names = ['quantized_model.onnx', 'quantized_model.onnx_data', 'manifest.json'];
    const { artifacts, bytesBefore, bytesAfter } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(artifacts.map(({ path }: { path: string }) => path)).toEqual(names.map((name) => join(out, name)));
    expect([bytesBefore, bytesAfter]).toEqual([1222 + 59_584, artifacts[0].bytes + artifacts[1].bytes]);
    const { inputs } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    expect(inputs.map(({ role, name }: { role: string; name: string }) => `${role} ${name}`)).toEqual([
      'model external.onnx',
      'model.part external.onnx.data',
      'calibration external.npz',
    ]);
    const again = await zeropoint(['inspect', join(out, 'quantized_model.onnx')]);
    expect(again.stdout).toContain('Its weights are in quantized_model.onnx_data.');
  });

  test.concurrent('plan --json gives every layer a reason and writes nothing', async () => {
    const out = join(scratch, 'planned');
    const { code, stdout } = await zeropoint(['plan', cnn, '--backend', 'torchao', '--out', out, '--json']);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout);
    expect(plan.layers).toHaveLength(31);
    expect(plan.layers.every(({ reason }: { reason: string }) => reason !== '')).toBe(true);
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  test.concurrent('plan speaks torchao’s words, and says when nothing would be quantized', async () => {
    const some = await zeropoint(['plan', cnn, '--backend', 'torchao']);
    expect(some.stdout).toMatch(/int8 per row/);
    expect(some.stdout.trim().split('\n').at(-1)).toMatch(/^\d+ quantized, .* KB$/);
    const none = await zeropoint(['plan', cnn, '--backend', 'torchao', '--skip', '*']);
    expect(none.code).toBe(0);
    expect(none.stdout).toMatch(/\nNothing would be quantized: `quantize` refuses this\.\n$/);
  });

  test.concurrent('a second result in a folder says what it replaced', async () => {
    const line = ['quantize', cnn, '--backend', 'torchao', '--out', join(scratch, 'twice')];
    const first = await zeropoint(line);
    expect(first.stderr).not.toMatch(/Replaced/);
    const second = await zeropoint(line);
    expect(second.stderr).toMatch(/\nReplaced in .*twice: quantized_model_torchao\.pth and manifest\.json\n/);
  });

  test.concurrent('the help names the options of each backend, with values and meaning', async () => {
    const { code, stdout } = await zeropoint(['quantize', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /--set for torchao:\n {2}granularity=per_row \| per_tensor \| per_group .*\n +Which weights/,
    );
    expect(stdout).toMatch(/--set for modelopt\.onnx:\n(?:.*\n)* {2}nodes_to_exclude=\[\/head\/\.\*, …\]\n/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /torchao-0\.15 \(torchao\) or tao \(modelopt\.pytorch\) or modelopt-0\.47 \(modelopt\.onnx\)/,
    );
  });

  test.concurrent('a long inspection says at its end what it said first', async () => {
    const { stdout } = await zeropoint(['inspect', cnn]);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^pth \(zip\).*parameters$/);
    expect(lines.at(-1)).toBe(lines[0]);
  });

  test.concurrent('inspect --json says what a file is and which tensors it holds', async () => {
    const { code, stdout } = await zeropoint(['inspect', cnn, '--json']);
    expect(code).toBe(0);
    const inspection = JSON.parse(stdout);
    expect(inspection).toMatchObject({ kind: 'model', format: 'pth', container: 'zip' });
    expect(inspection.tensors).toContainEqual({ name: 'fc.weight', dtype: 'float32', shape: [10, 64], bytes: 2560 });
  });

  test.concurrent('what has no effect is said once', async () => {
    const out = join(scratch, 'idle');
    const given = ['--batch-size', '3', '--algorithm', 'max', ...data];
    const { stdout } = await zeropoint(['quantize', cnn, '-e', spec(), '--out', out, ...given, '--json']);
    expect(JSON.parse(stdout).warnings).toEqual([
      'algorithm max has no effect: torchao calibrates nothing',
      '--batch-size 3 has no effect: torchao calibrates nothing',
      'calibration.npz is not read: torchao quantizes weights and calibrates nothing.',
      'evaluation.npz is not read: accuracy is measured through a companion graph, and none is given.',
    ]);
  });

  test.concurrent('a reader that has seen enough ends it quietly', async () => {
    const child = spawn(process.execPath, [...command, 'inspect', demoFile('digits-vit.pth').path], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });
});

const spec = (name = 'spec.yaml') => join(scratch, name);

/** Arguments behind `quantize … --out DIR`, and what stderr says. */
const refusals: readonly { what: string; args: () => readonly string[]; says: RegExp }[] = [
  { what: 'a path without a file', args: () => ['none.pth', ...torchao], says: /There is no file none\.pth/ },
  { what: 'a folder', args: () => [scratch, ...torchao], says: /holds \d+ checkpoints: cut\.pth/ },
  { what: 'a file that is no model', args: () => [join(scratch, 'notes.pth'), ...torchao], says: /1500 bytes/ },
  { what: 'a truncated .pth', args: () => [join(scratch, 'cut.pth'), ...torchao], says: /300000.*truncated/ },
  { what: 'an ONNX for torchao', args: () => [graph, ...torchao], says: /Use the backend modelopt\.onnx/ },
  {
    what: 'a dataset for a model',
    args: () => [calibration, '--backend', 'modelopt.onnx', '--calibration', calibration],
    says: /NumPy archive \(\.npz\), not an ONNX model\. Give it as calibration/,
  },
  { what: 'a .pth for modelopt.onnx', args: () => [cnn, '--backend', 'modelopt.onnx'], says: /torchao.*modelopt/ },
  {
    what: 'a pickle that wants to run code',
    args: () => [
      fileURLToPath(new URL('../../test/fixtures/hostile/pth/call-os-system.pth', import.meta.url)),
      ...torchao,
    ],
    says: /os\.system|posix\.system/,
  },
  { what: 'a rule that matches nothing', args: () => [cnn, ...torchao, '--layers', 'no.such'], says: /“no\.such”/ },
  { what: 'a skip that matches nothing', args: () => [cnn, ...torchao, '--skip', 'no.such'], says: /“no\.such”/ },
  { what: 'static PTQ without data', args: () => [graph, '--backend', 'modelopt.onnx'], says: /calibration data/ },
  {
    what: 'a .pth for modelopt.pytorch without its graph',
    args: () => [cnn, '--backend', 'modelopt.pytorch', '--calibration', calibration],
    says: /torch\.onnx\.export/,
  },
  { what: 'neither backend nor spec', args: () => [cnn], says: /--backend torchao or --backend/ },
  { what: 'a backend nobody has', args: () => [cnn, '--backend', 'gguf'], says: /"gguf".*torchao/ },
  {
    what: 'an algorithm of another backend',
    args: () => [cnn, '--backend', 'modelopt.onnx', '--algorithm', 'smoothquant'],
    says: /smoothquant.*It offers max, minmax/,
  },
  { what: 'a dtype nobody has', args: () => [cnn, ...torchao, '--weights', 'int3'], says: /"int3"/ },
  {
    what: 'a batch size that is no number',
    args: () => [cnn, ...torchao, '--batch-size', 'abc'],
    says: /"abc", not a whole number/,
  },
  {
    what: 'a batch size of nothing',
    args: () => [cnn, ...torchao, '--batch-size', '0'],
    says: /"0", not a whole number/,
  },
  { what: 'a setting without =', args: () => [cnn, ...torchao, '--set', 'fp16'], says: /key=value/ },
  { what: 'a setting that is no YAML', args: () => [cnn, ...torchao, '--set', 'a=['], says: /no YAML/ },
  { what: 'a setting nobody has', args: () => [cnn, ...torchao, '--set', 'speed=11'], says: /speed/ },
  { what: 'a spec that is not there', args: () => [cnn, '-e', '/none.yaml'], says: /There is no file \/none\.yaml/ },
  { what: 'a spec that is broken', args: () => [cnn, '-e', spec('broken.yaml')], says: /YAML cannot be read/ },
  {
    what: 'an option that is nearly one',
    args: () => [cnn, ...torchao, '--grahp', graph],
    says: /unknown option '--grahp'\. Did you mean --graph\? See `zeropoint quantize --help`\.$/,
  },
  {
    what: 'an option that is one of the backend’s',
    args: () => [cnn, ...torchao, '--group-size', '64'],
    says: /'--group-size'.*--set group_size=VALUE, where VALUE is 1 … 1048576/,
  },
  { what: 'an option nobody has', args: () => [cnn, ...torchao, '--fast'], says: /unknown option '--fast'.*--help/ },
];
const torchao = ['--backend', 'torchao'];

describe('what bad input gets: exit code 2, one sentence, nothing new', () => {
  test.concurrent.each(refusals)('$what', async ({ what, args, says }) => {
    const out = join(scratch, `refused ${what.replaceAll('/', '')}`);
    const { code, stdout, stderr } = await zeropoint(['quantize', ...args(), '--out', out, '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr.trim().split('\n');
    expect(lines.at(-1)).toMatch(says);
    expect(lines.at(-1)).toMatch(/^zeropoint: /);
    expect(stderr).not.toMatch(/^ {4}at /m);
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  test.concurrent.each([
    { what: 'a command nobody has', args: ['frobnicate'], says: /unknown command 'frobnicate'/ },
    { what: 'quantize without --out', args: ['quantize', cnn, ...torchao], says: /--out <dir>/ },
    {
      what: 'a result below a file',
      args: ['quantize', cnn, ...torchao, '--out', `${cnn}/x`],
      says: /path --out .* is a file/,
    },
    { what: 'a result on top of a file', args: ['quantize', cnn, ...torchao, '--out', cnn], says: /file of that name/ },
    { what: 'inspect without a file', args: ['inspect'], says: /missing required argument/ },
  ])('$what', async ({ args, says }) => {
    const { code, stderr } = await zeropoint(args);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(says);
  });

  test.concurrent('no words at all: the help, and code 2', async () => {
    const { code, stderr } = await zeropoint([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Usage: zeropoint/);
    expect(stderr).not.toMatch(/outputHelp/);
  });
});

test('Ctrl-C in the middle ends it with 130 and leaves nothing', async () => {
  const out = join(scratch, 'interrupted');
  const given = ['--backend', 'modelopt.onnx', '--calibration', calibration, '--batch-size', '1', '--out', out];
  const child = spawn(process.execPath, [...command, 'quantize', graph, ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
    if (/calibrate/.test(String(chunk))) child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  expect(said).toMatch(/zeropoint: ended by SIGINT; nothing was written\.\n$/);
  await expect(readdir(out)).rejects.toThrow(/ENOENT/);
});

const command = [fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url))];

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function zeropoint(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
