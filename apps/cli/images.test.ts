import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { digitImages, digitsPreprocess, writeFiles } from '#engine/inference/images/images.fixture.ts';
import { demoFile } from '../../test/kit/demo-file.ts';
import { writeZip } from '../../test/kit/write-zip.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const graph = demoFile('digits-cnn.onnx').path;
const [calibration, evaluation] = [demoFile('calibration.npz'), demoFile('evaluation.npz')];
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-cli-images-'));
  const images = await digitImages(calibration, 512);
  await writeFiles(join(scratch, 'calibration'), images);
  await writeFile(
    join(scratch, 'calibration.zip'),
    writeZip({ ...images, 'preprocess.json': JSON.stringify(digitsPreprocess) }),
  );
  await writeFiles(join(scratch, 'evaluation'), await digitImages(evaluation, 300));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('a folder, an archive and the arrays that both were made of give the same model', async () => {
  const how = ['--preprocess', 'resize=[28,28],color=gray,mean=0.1307,std=[0.3081]'];
  const arrays = await quantized('arrays', ['--calibration', calibration.path]);
  const folder = await quantized('folder', ['--calibration', join(scratch, 'calibration'), ...how]);
  const archive = await quantized('archive', ['--calibration', join(scratch, 'calibration.zip')]);
  expect(folder.artifacts[0]).toMatchObject({ sha256: arrays.artifacts[0]?.sha256 });
  expect(archive.artifacts[0]).toMatchObject({ sha256: arrays.artifacts[0]?.sha256 });
  expect([...folder.warnings, ...archive.warnings]).toEqual([]);
});

test('folders are labels; the manifest names every sample, their digest and their preprocessing', async () => {
  const preprocess = join(scratch, 'how.yaml');
  await writeFile(preprocess, 'resize: [28, 28]\ncolor: gray\nmean: 0.1307\nstd: 0.3081\n');
  const data = ['--calibration', join(scratch, 'calibration'), '--evaluation', join(scratch, 'evaluation')];
  const result = await quantized('labelled', [...data, '--preprocess', preprocess, '--set', 'max_samples=40']);
  expect(result.evaluation.float.total).toBe(300);
  expect(result.evaluation.float.correct).toBeGreaterThan(290);
  const manifest = JSON.parse(await readFile(result.artifacts[1]?.path ?? '', 'utf8'));
  expect(manifest.calibration).toMatchObject({
    samples: 40,
    random: false,
    preprocess: { crop: null, ...digitsPreprocess },
  });
  expect(manifest.calibration.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(manifest.calibration.ids).toHaveLength(40);
  expect(manifest.calibration.ids[0]).toMatch(/^\d{4}\.png$/);
});

test('what was not said about images is told', async () => {
  const { warnings } = await quantized('unsaid', ['--calibration', join(scratch, 'calibration')]);
  expect(warnings[0]).toMatch(/^The preprocessing of calibration was not said in full: .* not normalized/);
});

test.each([
  [
    'no folder of images',
    () => [join(scratch, 'evaluation/0'), '--preprocess', 'mean'],
    /neither a file nor of the form key=value/,
  ],
  [
    'a preprocessing for arrays',
    () => [calibration.path, '--preprocess', 'crop=3'],
    /calibration\.npz is given\. Leave it out/,
  ],
  [
    'another size',
    () => [join(scratch, 'calibration'), '--preprocess', 'crop=20'],
    /makes 20×20 pixels .* takes 28×28 of 1/,
  ],
  ['a folder without images', () => [join(scratch, 'none')], /none holds no images/],
  [
    'a folder with a link out of it',
    () => [join(scratch, 'linked')],
    /a\.png in linked is a link that leads out of it/,
  ],
])('%s is refused', async (_, given, says) => {
  await writeFiles(join(scratch, 'none'), { 'README.txt': 'x' });
  await writeFiles(join(scratch, 'linked'), { '0001.png': await readFile(join(scratch, 'calibration/0001.png')) });
  await symlink('../calibration/0000.png', join(scratch, 'linked/a.png')).catch(() => {});
  const refused = zeropoint(['plan', graph, '--backend', 'modelopt.onnx', '--calibration', ...given()]);
  await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
});

async function quantized(name: string, data: readonly string[]) {
  const out = join(scratch, 'out', name);
  const { stdout } = await zeropoint([
    'quantize',
    graph,
    '--backend',
    'modelopt.onnx',
    ...data,
    '--out',
    out,
    '--json',
  ]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const command = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));
const run = promisify(execFile);

function zeropoint(args: readonly string[]) {
  return run(process.execPath, [command, ...args]);
}
