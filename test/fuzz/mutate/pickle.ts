import { boundaries, littleEndian, oddTexts } from '../boundaries.ts';
import type { Random } from '../random.ts';
import type { Mutation } from './mutation.ts';

type Tokens = readonly Buffer[];

/** Changes of a pickle that keep its opcodes whole, so that the machine gets far before it notices. */
export const pickleMutations: readonly Mutation<Tokens>[] = [
  { name: 'drop an opcode', apply: (tokens, random) => replaced(tokens, random.below(tokens.length), 1, []) },
  {
    name: 'repeat an opcode',
    apply(tokens, random) {
      const at = random.below(tokens.length);
      const token = tokens[at] ?? Buffer.alloc(0);
      const times = random.pick([1, 1, 2, 50, 6_000]);
      return replaced(
        tokens,
        at,
        0,
        Array.from({ length: times }, () => token),
      );
    },
  },
  { name: 'insert an opcode', apply: (tokens, random) => insert(tokens, random, [anyToken(random)]) },
  {
    name: 'replace an opcode',
    apply: (tokens, random) => replaced(tokens, random.below(tokens.length), 1, [anyToken(random)]),
  },
  {
    name: 'swap two opcodes',
    apply(tokens, random) {
      const swapped = [...tokens];
      const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
      [swapped[a], swapped[b]] = [tokens[b] ?? Buffer.alloc(0), tokens[a] ?? Buffer.alloc(0)];
      return swapped;
    },
  },
  {
    name: 'copy a run of opcodes',
    apply(tokens, random) {
      const from = random.below(tokens.length);
      return insert(tokens, random, tokens.slice(from, from + 1 + random.below(40)));
    },
  },
  {
    name: 'drop a run of opcodes',
    apply: (tokens, random) => replaced(tokens, random.below(tokens.length), random.below(20), []),
  },
  {
    name: 'another number',
    apply: (tokens, random) => changeOne(tokens, random, 'KMJ\x8a\x8b', () => number(random.pick(boundaries))),
  },
  {
    name: 'another text',
    apply: (tokens, random) => changeOne(tokens, random, 'X\x8cU\x8dVST', () => text(random.pick(oddTexts))),
  },
  {
    name: 'the text of another opcode',
    apply: (tokens, random) =>
      changeOne(tokens, random, 'X\x8cU\x8dVST', (old) => random.pick(tokens.filter((token) => token[0] === old[0]))),
  },
  {
    name: 'another memo index',
    apply: (tokens, random) =>
      changeOne(tokens, random, 'qrhjpg', (old) => memo(old, random.pick([0, 1, 2, 7, 255, 65_536, 2 ** 32 - 1]))),
  },
  {
    name: 'another class',
    apply: (tokens, random) => changeOne(tokens, random, 'ci', () => global(random)),
  },
  {
    name: 'a text is no text',
    apply: (tokens, random) =>
      changeOne(tokens, random, 'X\x8c', (old) => Buffer.from(old).fill(0xe9, Math.max(1, old.length - 1))),
  },
  {
    name: 'nest deeply',
    apply: (tokens, random) => insert(tokens, random, nested(random, random.pick([3, 100, 1_100, 20_000]))),
  },
  {
    name: 'double through the memo',
    apply: (tokens, random) => insert(tokens, random, doubled(random.pick([5, 18, 60]))),
  },
  { name: 'no STOP', apply: (tokens) => tokens.slice(0, -1) },
];

function replaced(tokens: Tokens, at: number, count: number, by: Tokens): Tokens {
  return [...tokens.slice(0, at), ...by, ...tokens.slice(at + count)];
}

function insert(tokens: Tokens, random: Random, more: Tokens): Tokens {
  return replaced(tokens, random.below(tokens.length), 0, more);
}

function changeOne(tokens: Tokens, random: Random, codes: string, change: (old: Buffer) => Buffer): Tokens {
  const places = tokens.flatMap((token, at) => (codes.includes(String.fromCharCode(token[0] ?? 0)) ? [at] : []));
  if (places.length === 0) return insert(tokens, random, [anyToken(random)]);
  const at = random.pick(places);
  const old = tokens[at];
  return old === undefined ? tokens : replaced(tokens, at, 1, [change(old)]);
}

const code = (character: string) => Buffer.from(character, 'latin1');

function number(value: bigint): Buffer {
  if (value >= 0n && value < 256n) return Buffer.concat([code('K'), littleEndian(value, 1)]);
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return Buffer.concat([code('J'), littleEndian(value, 4)]);
  const bytes = Buffer.alloc(9, value < 0n ? 0xff : 0);
  littleEndian(value, 8).copy(bytes);
  return Buffer.concat([code('\x8a'), Buffer.from([9]), bytes]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([code('X'), littleEndian(BigInt(bytes.length), 4), bytes]);
}

function memo(old: Buffer, index: number): Buffer {
  const reads = 'hjg'.includes(String.fromCharCode(old[0] ?? 0));
  return Buffer.concat([code(reads ? 'j' : 'r'), littleEndian(BigInt(index), 4)]);
}

const classes = [
  'os\nsystem',
  'builtins\neval',
  'builtins\ngetattr',
  'collections\nOrderedDict',
  'torch._utils\n_rebuild_tensor_v2',
  'torch._utils\n_rebuild_parameter',
  'torch._utils\n_rebuild_sparse_tensor',
  'torch._tensor\n_rebuild_from_type_v2',
  'torch._utils\n_rebuild_wrapper_subclass',
  'torch\nFloatStorage',
  'torch\nQInt8Storage',
  'torch\nfloat32',
  'torch.nn.parameter\nParameter',
  'torchao.quantization\nInt8Tensor',
  'numpy.core.multiarray\n_reconstruct',
  '_codecs\nencode',
  'copyreg\n_reconstructor',
  'my.model\nNet',
  '__proto__\nconstructor',
];

const global = (random: Random): Buffer => code(`c${random.pick(classes)}\n`);

const plain = 'N\x88\x89)t\x85\x86\x87]lae}dsu\x8f\x90\x91(012\x94R\x81\x92\x93obQ.';

function anyToken(random: Random): Buffer {
  return random.pick([
    () => code(random.pick([...plain])),
    () => code(random.pick([...plain])),
    () => number(random.pick(boundaries)),
    () => text(random.pick(oddTexts)),
    () => global(random),
    () => Buffer.concat([code(random.pick(['h', 'q'])), Buffer.from([random.below(40)])]),
    () =>
      Buffer.concat([code(random.pick(['\x8e', '\x96', '\x8d', '\x95'])), littleEndian(random.pick(boundaries), 8)]),
    () => Buffer.concat([code(random.pick(['\x8b', 'T', 'B', 'X'])), littleEndian(random.pick(boundaries), 4)]),
    () => Buffer.from([random.below(256)]),
  ])();
}

function nested(random: Random, depth: number): Tokens {
  const [open, close] = random.pick([
    ['', '\x85'],
    ['(', 't'],
    [']', 'a'],
    ['}K\x01', 's'],
    ['cmy.model\nNet\n', '\x85R'],
  ] as const);
  const repeat = (part: string) => (part === '' ? [] : Array.from({ length: depth }, () => code(part)));
  return [...repeat(open), code('N'), ...repeat(close)];
}

/** A tuple of twice the tuple before, so many times. */
function doubled(times: number): Tokens {
  const step = Buffer.from('r\x00\xff\x00\x00j\x00\xff\x00\x00\x86', 'latin1');
  return [code('N'), ...Array.from({ length: times }, () => step)];
}
