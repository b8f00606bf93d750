import { CommanderError } from 'commander';
import { failureCodes, InputError } from '#contract/failure.ts';
import { Interrupted } from './interruptible.ts';
import { withFlags } from './with-flags.ts';

export type Explained = {
  /** 0 done, 1 ours to mend, 2 the input is wrong, 128 and more: the signal that ended it. */
  readonly exitCode: number;
  /** What goes to stderr; empty if all has been said. */
  readonly sentence: string;
};

/** What a person reads of whatever was thrown; a stack trace only where we are to blame. */
export function explainFailure(error: unknown): Explained {
  if (error instanceof InputError) {
    const exitCode = failureCodes[error.code].fault === 'input' ? 2 : 1;
    return { exitCode, sentence: [error.message, withFlags(error.remedy ?? '')].join(' ').trim() };
  }
  if (error instanceof Interrupted) return { exitCode: error.exitCode, sentence: error.message };
  // Help and version have been printed; help that nobody asked for stands for words that are missing.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, sentence: '' };
  const machine = explainMachine(error);
  if (machine) return { exitCode: 2, sentence: machine };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, sentence: `a defect of ours: ${trace}` };
}

/** What a file system answers that no code of ours can help. */
const machineAnswers: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead in a circle',
};

function explainMachine(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
  const answer = machineAnswers[error.code];
  if (answer) return `${path}${answer}.`;
  // A folder for results can be asked for anywhere; other files that are missing are ours.
  const isFolder = 'syscall' in error && (error.syscall === 'mkdir' || error.syscall === 'mkdtemp');
  if (!isFolder) return null;
  // Its parent is there: such a place (/proc) takes none.
  if (error.code === 'ENOENT') return `${path}no folder can be made there. Choose another place for the result.`;
  return `${path}the folder cannot be made (${error.code}).`;
}
