import { limits } from '../../limits.ts';
import { Cursor } from './cursor.ts';
import { PickleMachine } from './machine.ts';
import { opcodes } from './opcodes.ts';
import type { PickleValue, PyPersistent } from './value.ts';

export type Unpickled = {
  readonly root: PickleValue;
  /** Names of classes that are not part of every checkpoint, in order of appearance. */
  readonly unknownGlobals: readonly string[];
  /** Every reference to something outside the pickle, also those in parts nobody looks at. */
  readonly persistent: readonly PyPersistent[];
  /** The bytes up to and with STOP. */
  readonly length: number;
};

const STOP = 46;

/**
 * Reads one pickle of protocol 0 to 5 as data. Nothing is called and no name is looked up; a pickle that asks
 * for a way to run code is UNSAFE_FILE, one that no pickler writes is CORRUPT_FILE. `name` is the file's;
 * `outside` gives what a persistent id stands for, where that is known before the pickle is read.
 */
export function readPickle(bytes: Uint8Array, name: string, outside?: (id: PickleValue) => PickleValue): Unpickled {
  const cursor = new Cursor(bytes, name);
  const machine = new PickleMachine(cursor, outside);
  for (let count = 0; !cursor.ended; count++) {
    if (count >= limits.pickleOpcodes) throw cursor.tooMuch(`has more than ${limits.pickleOpcodes} instructions`);
    const code = cursor.uint8();
    if (code === STOP) {
      const root = machine.result();
      return {
        root,
        unknownGlobals: [...machine.unknownGlobals],
        persistent: machine.persistent,
        length: cursor.offset,
      };
    }
    const opcode = opcodes.get(code);
    if (!opcode)
      throw cursor.broken(`has an instruction 0x${code.toString(16).padStart(2, '0')}, which does not exist`);
    opcode(machine);
  }
  throw cursor.broken('ends without a STOP');
}
