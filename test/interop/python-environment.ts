import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The real tools, in versions our facts were measured with. The order matters: a later line must not replace torch
 * (modelopt's `[onnx]` extra would, with CUDA packages).
 */
const installs = [
  ['torch==2.13.0', 'torchao==0.18.0', 'safetensors', 'pillow'],
  ['nvidia-modelopt==0.47.0'],
  ['onnx==1.21.0'],
  [
    'onnxruntime==1.24.*',
    'onnxslim',
    'onnxconverter-common',
    'onnx-graphsurgeon',
    'onnxscript',
    'polygraphy',
    'lief',
    'cppimport',
    'requests',
    'numpy<2.4',
    'huggingface_hub',
  ],
] as const;

/** The interpreter of an environment in the cache folder, made when it is not there yet. `ZEROPOINT_INTEROP_PYTHON` names another. */
export async function interopPython(say: (line: string) => void): Promise<string> {
  const given = process.env.ZEROPOINT_INTEROP_PYTHON;
  if (given) return given;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zeropoint', 'interop');
  const python = join(folder, 'bin', 'python');
  const stampFile = join(folder, 'zeropoint-stamp');
  const stamp = createHash('sha256').update(JSON.stringify(installs)).digest('hex');
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return python;
  say(`making a Python environment in ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(await basePython(), ['-m', 'venv', folder]);
  for (const packages of installs) {
    say(`pip install ${packages.join(' ')}`);
    await run(python, ['-m', 'pip', 'install', '-q', ...packages], { maxBuffer: 1 << 26 });
  }
  await writeFile(stampFile, stamp);
  return python;
}

async function basePython(): Promise<string> {
  for (const name of ['python3.11', 'python3.12', 'python3.10', 'python3.13', 'python3'])
    if (
      await run(name, ['-c', 'import venv, ensurepip']).then(
        () => true,
        () => false,
      )
    )
      return name;
  throw new Error(
    'The interoperability tests need Python 3.10 or newer with venv: apt-get install python3-venv, or brew install python, or set ZEROPOINT_INTEROP_PYTHON to an interpreter that has the packages.',
  );
}
