import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inStagedFolder } from './staged-folder.ts';

/** A process of its own that makes a file in the folder it is given, says so, and finishes when it is told anything. */
await inStagedFolder(process.argv[2] ?? '', async (stage) => {
  await writeFile(join(stage, 'made'), 'all of it');
  process.stdout.write('half-way\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
});
process.exit(0);
