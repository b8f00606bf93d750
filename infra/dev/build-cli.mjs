// The command line as a folder of plain JavaScript with its packages inside, so that it starts in a tenth of a second.
// dist/cli/<digest>/ never changes once it is there; dist/cli.mjs names the newest. A process keeps the one it began
// with: what is out of use goes an hour later.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cliIsFresh, rememberCliInputs } from './cli-inputs.mjs';
import { generate, sourcesOf } from './generate.mjs';
import { replaceFile } from './replace-file.mjs';
import { whileLocked } from './while-locked.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'dist/cli');
const entry = join(root, 'dist/cli.mjs');

/** Made from other sources first. */
const generated = ['ONNX messages', 'kernels', 'thread of a transfer', 'thread of a calibration', 'thread of a digest'];

/** What our programs look for beside themselves. */
export const companions = [
  'services/engine/kernels/generated/kernels.wasm',
  'services/engine/transfer/generated/transfer-thread.mjs',
  'services/engine/inference/reduction/generated/calibration-thread.mjs',
  'services/execution/digest/generated/digest-thread.mjs',
];

const tools = ['infra/dev/build-cli.mjs', 'infra/dev/generate.mjs', 'package-lock.json'];

const options = {
  absWorkingDir: root,
  entryPoints: { main: 'apps/cli/main.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.mjs' },
  chunkNames: '[hash]',
  bundle: true,
  splitting: true,
  // Native code, and large; everything else is inlined.
  external: ['onnxruntime-node', 'sharp'],
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Identifiers are kept, so that the stack trace of a defect can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  // CommonJS packages ask for Node's own modules by `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  metafile: true,
  logLevel: 'silent',
  write: false,
};

/** Bundles it, unless that has been done since its sources changed. */
export async function buildCli(say) {
  mkdirSync(folder, { recursive: true });
  await whileLocked(join(folder, 'lock'), async () => {
    if (cliIsFresh(root)) return;
    generate(say, generated);
    const started = Date.now();
    const { build, stop } = await import('esbuild');
    const { outputFiles, metafile } = await build(options);
    await stop();
    const made = place([
      ...outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
      ...companions.map((path) => ({ name: basename(path), contents: readFileSync(join(root, path)) })),
    ]);
    removeOlder(3600, made);
    replaceFile(entry, `#!/usr/bin/env node\nimport './cli/${made}/main.mjs';\n`);
    const inputs = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules/'));
    rememberCliInputs(root, { started, paths: [...inputs, ...companions, ...sourcesOf(generated), ...tools] });
  });
}

/** The folder appears whole, under the digest of what is in it. */
function place(files) {
  const hash = createHash('sha256');
  for (const { name, contents } of files) hash.update(`${name} ${contents.length}\n`).update(contents);
  const name = hash.digest('hex').slice(0, 12);
  if (existsSync(join(folder, name))) return name;
  const partial = join(folder, `${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  for (const file of files) replaceFile(join(partial, file.name), file.contents);
  renameSync(partial, join(folder, name));
  return name;
}

/** Removes bundles that have been out of use for so many seconds; the one that goes out of use now begins to count. */
export function removeOlder(seconds, made = current()) {
  const now = Date.now() / 1000;
  if (made !== current()) utimesSync(join(folder, current()), now, now);
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((found) => found.isDirectory()))
    if (name !== made && statSync(join(folder, name)).mtimeMs / 1000 <= now - seconds)
      rmSync(join(folder, name), { recursive: true, force: true });
}

/** The bundle that dist/cli.mjs names. */
function current() {
  const text = existsSync(entry) ? readFileSync(entry, 'utf8') : '';
  const name = /cli\/(\w+)\//.exec(text)?.[1] ?? '';
  return existsSync(join(folder, name)) ? name : '';
}
