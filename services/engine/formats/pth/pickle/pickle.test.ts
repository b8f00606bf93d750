import { describe, expect, it } from 'vitest';
import { call, dict, float, global, list, orderedDict, tuple } from './build.ts';
import { judgeGlobal } from './globals.ts';
import { readPickle } from './read.ts';
import type { PickleValue } from './value.ts';
import { writePickle } from './write.ts';

const read = (text: string) => readPickle(Buffer.from(text, 'latin1'), 'x.pth').root;

describe('readPickle', () => {
  it.each<[string, string, PickleValue]>([
    ['None', 'N.', null],
    ['booleans of both kinds', '(\x88\x89I00\nI01\nt.', tuple(true, false, false, true)],
    ['small integers', '(K\xffM\xff\xffJ\xff\xff\xff\xfft.', tuple(255, 65_535, -1)],
    ['long integers', '(\x8a\x00\x8a\x01\xff\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01t.', tuple(0, -1, 1n << 64n)],
    ['text integers', '(I-12\nL99999999999999999999L\nt.', tuple(-12, 99_999_999_999_999_999_999n)],
    ['floats', '(G\x3f\xf8\x00\x00\x00\x00\x00\x00F-inf\nt.', tuple(float(1.5), float(Number.NEGATIVE_INFINITY))],
    [
      'texts of every protocol',
      "(X\x02\x00\x00\x00\xc3\xa9U\x01aVb\nS'c'\n\x8c\x01dt.",
      tuple('é', 'a', 'b', 'c', 'd'),
    ],
    ['bytes', 'C\x02\x00\xff.', call(global('_codecs', 'encode'), '\x00ÿ', 'latin1')],
    [
      'a dictionary',
      '}(K\x01N\x8c\x01a\x88u.',
      dict([
        [1, null],
        ['a', true],
      ]),
    ],
    ['a set', '\x8f(K\x01K\x02\x90.', call(global('builtins', 'set'), list(1, 2))],
    ['Python 2 names', 'c__builtin__\nset\n.', global('builtins', 'set')],
    ['a name from the stack', '\x8c\x05torch\x8c\x04Size\x93.', global('torch', 'Size')],
    ['the memo', ']q\x01h\x01a.', expect.objectContaining({ kind: 'list' }) as PickleValue],
    ['an object with state', 'cacme\nNet\n)\x81}b.', { ...call(global('acme', 'Net')), made: 'new', state: dict() }],
  ])('reads %s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('keeps a list that contains itself', () => {
    const root = read(']q\x00h\x00a.');
    expect(root).toMatchObject({ kind: 'list' });
    expect(typeof root === 'object' && root?.kind === 'list' && root.items[0]).toBe(root);
  });

  it('keeps names, shapes and empty tuples once, and what may change for itself', () => {
    const root = read('(ctorch\nSize\nctorch\nSize\nK\x02K\x03\x86K\x02K\x03\x86))]]t.');
    const items = typeof root === 'object' && root?.kind === 'tuple' ? root.items : [];
    for (const first of [0, 2, 4]) expect(items[first]).toBe(items[first + 1]);
    expect(items[6]).not.toBe(items[7]);
  });

  it.each([
    ['objects', ']0'.repeat(1_200_001), 'objects'],
    ['names of classes', Array.from({ length: 100_001 }, (_, index) => `cm\nC${index}\n0`).join(''), 'classes'],
    ['values on its stack', 'N'.repeat(1_000_001), 'values'],
    ['groups', '('.repeat(5_001), 'deep'],
  ])('refuses more %s than any checkpoint has', (_, text, says) => {
    const error = expect.objectContaining({ code: 'LIMIT_EXCEEDED', message: expect.stringContaining(says) });
    expect(() => read(text)).toThrow(error);
  });

  it.each([
    ['an empty file', '', 'ends without a STOP'],
    ['a missing STOP', 'N', 'ends without a STOP'],
    ['an empty stack', '.', 'empty stack'],
    ['a value too many', 'NN.', 'beside its result'],
    ['a length beyond the end', 'X\xff\xff\xff\xffab.', 'needs 4294967295 bytes where 3 are left'],
    ['a length beyond any file', '\x8d\xff\xff\xff\xff\xff\xff\xff\xffab.', 'needs'],
    ['a negative length', '\x8b\xff\xff\xff\xff.', 'needs -1 bytes'],
    ['an unset memo index', 'h\x05.', 'recalls value 5'],
    ['a key without a value', '}(K\x01u.', 'key without a value'],
    ['items of a list', ']K\x01K\x02s.', 'no dictionary (list)'],
    ['appending to a dictionary', '}K\x01a.', 'no list (dict)'],
    ['an extension code', '\x82\x01.', 'extension code'],
    ['an unknown instruction', '\xff.', '0xff'],
    ['a call of a text', '\x8c\x01a)R.', 'not a class'],
    ['an integer of too many digits', `I${'9'.repeat(5000)}\n.`, 'a line of 5000 bytes'],
  ])('refuses %s', (_, text, part) => {
    expect(() => read(text)).toThrow(part);
  });

  it.each([
    ["cos\nsystem\n(S'ls'\ntR.", 'os.system'],
    ['cposix\nsystem\n.', 'posix.system'],
    ["c__builtin__\neval\n(S'1'\ntR.", 'builtins.eval'],
    ["(S'ls'\nios\nsystem\n.", 'os.system'],
    ['\x8c\x05torch\x8c\x17serialization.os.system\x93.', 'torch.serialization.os.system'],
    ["cbuiltins\ngetattr\n(cacme\nThing\nS'__globals__'\ntR.", 'getattr(…, "__globals__")'],
    ['cacme\nmake\n)R)R.', 'what another call returned'],
  ])('refuses %j as unsafe', (text, what) => {
    expect(() => read(text)).toThrow(`The pickle of x.pth asks to call ${what}, which could run code`);
  });
});

describe('judgeGlobal', () => {
  it.each([
    ['torch', 'FloatStorage', 'known'],
    ['torch.cuda', 'HalfStorage', 'known'],
    ['torch', 'bfloat16', 'known'],
    ['torch', 'float8_e4m3fn', 'known'],
    ['torch._utils', '_rebuild_tensor_v2', 'known'],
    ['collections', 'OrderedDict', 'known'],
    ['omegaconf.dictconfig', 'DictConfig', 'unknown'],
    ['argparse', 'Namespace', 'unknown'],
    ['code.models', 'Net', 'unknown'],
    ['builtins', 'print', 'unknown'],
    ['subprocess', 'Popen', 'dangerous'],
    ['os.path', 'join', 'dangerous'],
    ['torch.hub', 'load', 'dangerous'],
    ['torch', 'load', 'dangerous'],
    ['builtins', '__import__', 'dangerous'],
    ['numpy.testing._private.utils', 'runstring', 'dangerous'],
  ] as const)('says of %s %s that it is %s', (module, name, verdict) => {
    expect(judgeGlobal(module, name)).toBe(verdict);
  });
});

describe('writePickle', () => {
  const many = Array.from({ length: 2_345 }, (_, index) => index);

  it.each<[string, PickleValue]>([
    [
      'numbers at the edges of their encodings',
      list(
        0,
        255,
        256,
        65_535,
        65_536,
        -1,
        -(2 ** 31),
        2 ** 31,
        -(2 ** 31) - 1,
        2 ** 53 - 1,
        127n << 64n,
        -(1n << 63n),
      ),
    ],
    ['floats', tuple(float(1), float(-0), float(Number.POSITIVE_INFINITY), float(1e-310))],
    ['texts', list('', 'a', 'слой🙂', 'x'.repeat(300))],
    ['tuples of every length', list(tuple(), tuple(1), tuple(1, 2), tuple(1, 2, 3), tuple(1, 2, 3, 4))],
    ['lists and dictionaries longer than a batch', list(list(...many), dict(many.map((key) => [key, `v${key}`])))],
    ['an ordered dictionary with state', orderedDict([['a', 1]], dict([['_metadata', null]]))],
    ['classes and calls', list(global('torch', 'int4'), call(global('torch', 'device'), 'cpu'), true, false, null)],
  ])('writes %s so that reading gives the same', (_, value) => {
    expect(readPickle(writePickle(value).bytes, 'x').root).toEqual(value);
  });

  it('writes an object once, however often it is referred to', () => {
    const shared = list('only once');
    const bytes = Buffer.from(writePickle(tuple(shared, shared)).bytes);
    expect(bytes.indexOf('only once')).toBe(bytes.lastIndexOf('only once'));
  });
});
