#!/usr/bin/env node
// `npm run zeropoint`: the command line of this checkout, in this process; bundled before if its sources changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { cliIsFresh } from './cli-inputs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

if (!cliIsFresh(root)) {
  if (!existsSync(join(root, 'node_modules/esbuild'))) {
    stderr.write('zeropoint: its packages are not installed. Run npm ci.\n');
    process.exit(1);
  }
  const { buildCli } = await import('./build-cli.mjs');
  await buildCli((line) => stderr.write(`${line}\n`)).catch((error) => {
    stderr.write(`zeropoint: it cannot be built: ${error.message}\n`);
    process.exit(1);
  });
}
await import('../../dist/cli.mjs');
