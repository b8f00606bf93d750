/** How the argument of an opcode is laid out (CPython Lib/pickletools.py); a number is so many bytes. */
type Argument = number | 'line' | 'two lines' | 'counted 1' | 'counted 4' | 'counted 8';

const argumentGroups: readonly (readonly [string, Argument])[] = [
  ['N\x88\x89)t\x85\x86\x87]lae}dsu\x8f\x90\x91(012\x94R\x81\x92\x93obQ\x97\x98.', 0],
  ['Kqh\x80\x82', 1],
  ['M\x83', 2],
  ['Jrj\x84', 4],
  ['G\x95', 8],
  ['ILFVSpgP', 'line'],
  ['ci', 'two lines'],
  ['\x8aU\x8cC', 'counted 1'],
  ['\x8bTXB', 'counted 4'],
  ['\x8d\x8e\x96', 'counted 8'],
];

const argumentsOf: ReadonlyMap<number, Argument> = new Map(
  argumentGroups.flatMap(([codes, argument]) => [...codes].map((code) => [code.charCodeAt(0), argument] as const)),
);

type SplitPickle = {
  /** Each opcode with its argument, the last one STOP. */
  readonly tokens: readonly Buffer[];
  /** What stands after STOP. */
  readonly rest: Buffer;
};

/** Null if it is no complete pickle. */
function splitPickle(bytes: Buffer): SplitPickle | null {
  const tokens: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = endOf(bytes, at);
    if (end === null || end > bytes.length) return null;
    tokens.push(bytes.subarray(at, end));
    if (bytes[at] === 0x2e) return { tokens, rest: bytes.subarray(end) };
    at = end;
  }
  return null;
}

function endOf(bytes: Buffer, at: number): number | null {
  const argument = argumentsOf.get(bytes[at] ?? -1);
  if (argument === undefined) return null;
  if (typeof argument === 'number') return at + 1 + argument;
  if (argument === 'line') return lineEnd(bytes, at + 1);
  if (argument === 'two lines') {
    const first = lineEnd(bytes, at + 1);
    return first === null ? null : lineEnd(bytes, first);
  }
  const width = Number(argument.slice(-1));
  const body = at + 1 + width;
  if (body > bytes.length) return null;
  return body + (width === 8 ? Number(bytes.readBigUInt64LE(at + 1)) : bytes.readUIntLE(at + 1, width));
}

function lineEnd(bytes: Buffer, from: number): number | null {
  const at = bytes.indexOf(10, from);
  return at < 0 ? null : at + 1;
}

/** The pickles that stand one after the other at the beginning (a legacy stream has five), and what follows them. */
export function splitPickles(bytes: Buffer): {
  readonly pickles: readonly (readonly Buffer[])[];
  readonly rest: Buffer;
} {
  const pickles: (readonly Buffer[])[] = [];
  let rest = bytes;
  while (pickles.length < 8) {
    const split = splitPickle(rest);
    if (!split) break;
    pickles.push(split.tokens);
    rest = split.rest;
  }
  return { pickles, rest };
}
