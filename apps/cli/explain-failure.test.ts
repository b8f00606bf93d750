import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { explainFailure } from './explain-failure.ts';
import { Interrupted } from './interruptible.ts';

const fileError = (code: string, rest: object = {}) => Object.assign(new Error(`${code}: …`), { code, ...rest });

test.each([
  {
    what: 'wrong input: the sentence and the remedy',
    error: new InputError('CORRUPT_FILE', 'a.pth ends at byte 7', { remedy: 'Copy it again.' }),
    exitCode: 2,
    sentence: 'a.pth ends at byte 7. Copy it again.',
  },
  {
    what: 'a key of a recipe goes with its option',
    error: new InputError('UNSUPPORTED', 'fc is NaN', { remedy: 'Name the layer in skip_names to leave it as it is.' }),
    exitCode: 2,
    sentence: 'fc is NaN. Name the layer in skip_names (--skip) to leave it as it is.',
  },
  {
    what: 'a sentence that has its full stop gets no second one',
    error: new InputError('RECIPE_INVALID', 'a.pth is empty.'),
    exitCode: 2,
    sentence: 'a.pth is empty.',
  },
  { what: 'Ctrl-C', error: new Interrupted('SIGINT'), exitCode: 130, sentence: /SIGINT; nothing was written\.$/ },
  { what: 'a polite kill', error: new Interrupted('SIGTERM'), exitCode: 143, sentence: /SIGTERM/ },
  { what: 'help that was asked for', error: new CommanderError(0, 'commander.helpDisplayed', ''), exitCode: 0 },
  { what: 'help in place of missing words', error: new CommanderError(1, 'commander.help', ''), exitCode: 2 },
  {
    what: 'a full disk',
    error: fileError('ENOSPC', { path: '/out/x' }),
    exitCode: 2,
    sentence: '/out/x: the disk is full.',
  },
  {
    what: 'a folder that cannot be made',
    error: fileError('ENOENT', { syscall: 'mkdir', path: '/proc/x' }),
    exitCode: 2,
    sentence: '/proc/x: no folder can be made there. Choose another place for the result.',
  },
  {
    what: 'a file of ours that is missing',
    error: fileError('ENOENT', { syscall: 'open', path: 'kernels.wasm' }),
    exitCode: 1,
    sentence: /^a defect of ours: /,
  },
  { what: 'a defect', error: new TypeError('x is not a function'), exitCode: 1, sentence: /^a defect of ours: .*\n/ },
])('$what', ({ error, exitCode, sentence = '' }) => {
  const explained = explainFailure(error);
  expect(explained.exitCode).toBe(exitCode);
  if (typeof sentence === 'string') expect(explained.sentence).toBe(sentence);
  else expect(explained.sentence).toMatch(sentence);
});
