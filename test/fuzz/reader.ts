import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exercise } from './exercise.ts';
import { type CaseId, makeCase } from './make-case.ts';
import type { Outcome, Report } from './outcome.ts';
import { forgetPeak, peakBytes } from './peak-memory.ts';

// A process that makes the files it is told of and reads them, in a folder of its own, one after the other.
const [root] = process.argv.slice(2);
if (root === undefined || !process.send) throw new Error('started by run-fuzz.ts only');
const folder = join(root, 'files');
const here = join(root, 'here');
await mkdir(folder, { recursive: true });
await mkdir(here);
process.chdir(here);

process.on('message', async (id: CaseId) => {
  const { format, bytes } = makeCase(id);
  const file = { path: join(folder, `case.${format}`), name: `case.${format}` };
  await writeFile(file.path, bytes);
  forgetPeak();
  const started = performance.now();
  const outcome = await exercise({ file, folder });
  const milliseconds = performance.now() - started;
  const report: Report = {
    id,
    outcome: (await strayFiles(file.name, outcome)) ?? outcome,
    milliseconds,
    peakBytes: peakBytes(),
  };
  for (const name of [file.name, 'out']) await rm(join(folder, name), { recursive: true, force: true });
  process.send?.(report);
});
process.send('ready');

/** Besides the file itself only a finished result may be left. */
async function strayFiles(name: string, { kind }: Outcome): Promise<Outcome | null> {
  const beside = (await readdir(folder)).filter(
    (entry) => entry !== name && !(entry === 'out' && kind === 'quantized'),
  );
  const stray = [...beside, ...(await readdir(here))];
  if (Reflect.get({}, 'polluted') !== undefined) stray.push('Object.prototype.polluted');
  return stray.length === 0 ? null : { kind: 'finding', what: 'stray file', detail: stray.join(', ') };
}
