import { readSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError } from '#contract/failure.ts';

/** Fills `into` from the bytes at `position` of a source. */
export type Read = (into: Uint8Array, position: number) => void;

/** `name` is what is read from the file at `path`, for the message of CORRUPT_FILE. */
export function readFrom({ fd, path }: { readonly fd: number; readonly path: string }, name: string): Read {
  return (into, position) => {
    for (let done = 0; done < into.length; ) {
      const read = readSync(fd, into, done, into.length - done, position + done);
      if (read === 0)
        throw new InputError('CORRUPT_FILE', `${basename(path)} ended while ${name} was being read`, {
          remedy: 'Something else changes the file: run again when it is complete.',
        });
      done += read;
    }
  };
}

export function readFromMemory(bytes: Uint8Array): Read {
  return (into, position) => into.set(bytes.subarray(position, position + into.length));
}
