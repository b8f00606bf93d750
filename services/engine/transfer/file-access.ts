import { readSync } from 'node:fs';
import { InputError } from '#contract/failure.ts';

/** Fills `into` from the bytes at `position` of a source. */
export type Read = (into: Uint8Array, position: number) => void;

export function readFrom(fd: number, name: string): Read {
  return (into, position) => {
    for (let done = 0; done < into.length; ) {
      const read = readSync(fd, into, done, into.length - done, position + done);
      if (read === 0)
        throw new InputError('CORRUPT_FILE', `The file ended while ${name} was being read`, {
          remedy: 'Something else changes the file: run again when it is complete.',
        });
      done += read;
    }
  };
}

export function readFromMemory(bytes: Uint8Array): Read {
  return (into, position) => into.set(bytes.subarray(position, position + into.length));
}
