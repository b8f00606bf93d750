import { stderr } from 'node:process';
import { InputError } from '#contract/failure.ts';
import { program } from './program.ts';

/** Exit codes: 0 done, 1 ours to mend, 2 the input is wrong. */
try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = error instanceof InputError ? 2 : 1;
  stderr.write(`${explain(error)}\n`);
}

function explain(error: unknown): string {
  if (error instanceof InputError)
    return `zeropoint: ${[`${error.message}.`.replace(/\.\.$/, '.'), error.remedy].filter(Boolean).join(' ')}`;
  return `zeropoint: a defect of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
