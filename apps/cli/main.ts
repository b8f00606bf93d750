#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process';
import { explainFailure } from './explain-failure.ts';
import { printable } from './printable.ts';
import { program } from './program.ts';

// `zeropoint inspect … | head` closes the pipe when it has seen enough.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await (await program(argv[2])).parseAsync();
} catch (error) {
  const { exitCode, sentence } = explainFailure(error);
  process.exitCode = exitCode;
  if (sentence !== '') stderr.write(`zeropoint: ${printable(sentence)}\n`);
}
