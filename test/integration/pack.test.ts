import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFile } from '../kit/demo-file.ts';

const run = promisify(execFile);

/** The package as `npm pack` makes it, unpacked elsewhere, with its one native dependency and nothing else. */
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-pack-'));
  await run(process.execPath, ['infra/dev/zeropoint.mjs', '--version']);
  await run('npm', ['pack', '--silent', '--pack-destination', scratch], { shell: process.platform === 'win32' });
  const [tarball = ''] = await readdir(scratch);
  await run('tar', ['-xzf', join(scratch, tarball), '-C', scratch]);
  const modules = join(scratch, 'package/node_modules');
  await mkdir(modules);
  await symlink(resolve('node_modules/onnxruntime-node'), join(modules, 'onnxruntime-node'), 'junction');
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('it holds the command line, and neither sources nor maps', async () => {
  expect((await readdir(join(scratch, 'package'))).sort()).toEqual([
    'LICENSE',
    'README.md',
    'dist',
    'node_modules',
    'package.json',
  ]);
  expect((await readdir(join(scratch, 'package/dist'))).sort()).toEqual(['cli', 'cli.mjs']);
});

test.each([
  { backend: 'torchao', args: [demoFile('digits-vit.pth').path] },
  {
    backend: 'modelopt.onnx',
    args: [demoFile('digits-cnn.onnx').path, '--calibration', demoFile('calibration.npz').path],
  },
])('plain node runs it: $backend', async ({ backend, args }) => {
  const out = join(scratch, backend);
  const command = [join(scratch, 'package/dist/cli.mjs'), 'quantize', ...args, '--backend', backend, '--out', out];
  const { stdout } = await run(process.execPath, [...command, '--json'], { cwd: scratch });
  expect(JSON.parse(stdout).layers.quantized).toBeGreaterThan(0);
});
