import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { InputError } from '#contract/failure.ts';

export type HostileFile = {
  /** In its folder. */
  readonly file: string;
  readonly must: 'refuse' | 'read-safely';
  readonly attack: string;
  /** A sound one among them. */
  readonly control?: boolean;
};

export type HostileFiles = {
  readonly folder: string;
  readonly refused: readonly HostileFile[];
  readonly readSafely: readonly HostileFile[];
};

/** The hand-made attacks of test/fixtures/hostile, or of a folder in it that has a list of its own. */
export function hostileFiles(within = ''): HostileFiles {
  const folder = fileURLToPath(new URL(`../fixtures/hostile/${within}`, import.meta.url));
  const files: readonly HostileFile[] = JSON.parse(readFileSync(`${folder}hostile.json`, 'utf8'));
  return {
    folder,
    refused: files.filter(({ must }) => must === 'refuse'),
    readSafely: files.filter(({ must }) => must === 'read-safely'),
  };
}

/** The refusal of a file is one sentence that says nothing of this machine's folders. */
export function expectSentence(failure: unknown, folder: string): string {
  expect(failure).toBeInstanceOf(InputError);
  const message = failure instanceof Error ? failure.message : '';
  expect(message).toMatch(/^[^\n]{15,700}\.$/);
  expect(message).not.toContain(folder);
  return message;
}

/** A file that must not be refused may be, unless it is a sound one; anything else thrown is a defect. */
export function expectSafe(failure: unknown, { control }: HostileFile): void {
  if (control) expect(failure).toBeNull();
  else expect(failure === null || failure instanceof InputError).toBe(true);
}
