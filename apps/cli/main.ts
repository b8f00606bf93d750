#!/usr/bin/env node
import { explainFailure } from './explain-failure.ts';
import { printable } from './printable.ts';
import { program } from './program.ts';

// Nothing here imports node:process: as a module it makes a stream of stdin at once, which is a part of the start.

// `zeropoint inspect … | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await (await program(process.argv[2])).parseAsync();
} catch (error) {
  const { exitCode, sentence } = explainFailure(error);
  process.exitCode = exitCode;
  if (sentence !== '') process.stderr.write(`zeropoint: ${printable(sentence)}\n`);
}
