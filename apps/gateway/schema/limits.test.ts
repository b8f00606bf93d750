import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkLimits, defaultPage, limits, measureOperation } from './limits.ts';

function given(source: string, variables: Record<string, unknown> = {}) {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return { document, operation, variables };
}

const nested = (depth: number) => `{ ${'model { '.repeat(depth)} id ${'} '.repeat(depth)} }`;

describe('what an operation asks for', () => {
  it('is counted with its pages, also where a variable says how long they are', () => {
    const source = 'query($n: Int) { runs(first: $n) { edges { node { id name } } } }';
    expect(measureOperation(given(source, { n: 100 })).cost).toBe(1 + 100 * 4);
    expect(measureOperation(given(source, { n: 1e9 })).cost).toBe(1 + 100 * 4);
    expect(measureOperation(given(source, { n: null })).cost).toBe(1 + defaultPage * 4);
    expect(measureOperation(given(source)).cost).toBe(1 + defaultPage * 4);
  });

  it('is counted with the pages that are taken where none is asked for', () => {
    const edges = 'edges { node { id name } }';
    const withDefault = 'query($n: Int = 100) { runs(first: $n) { edges { node { id name } } } }';
    expect(measureOperation(given(withDefault)).cost).toBe(1 + 100 * 4);
    expect(measureOperation(given(`{ runs { ${edges} } }`)).cost).toBe(1 + defaultPage * 4);
    expect(measureOperation(given(`{ runs { ...F } } fragment F on RunConnection { e: ${edges} }`)).cost).toBe(
      1 + defaultPage * 4,
    );
    expect(measureOperation(given('{ runs { totalCount } }')).cost).toBe(2);
  });

  it('is measured through fragments without unfolding them', () => {
    const fragments = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Run { ...F${i + 1} ...F${i + 1} }`);
    const source = `{ run { ...F0 } } ${fragments.join(' ')} fragment F30 on Run { id }`;
    expect(measureOperation(given(source)).cost).toBe(1 + 2 ** 30);
    expect(checkLimits(given(source))?.message).toContain('cost 1073741825');
  });

  it.each([
    ['a deep one', nested(50), 'depth 51'],
    [
      'one of many aliases',
      `{ ${Array.from({ length: 1_000 }, (_, i) => `a${i}: viewer { id }`).join(' ')} }`,
      'aliases',
    ],
    ['one of pages in pages', '{ a(first: 100) { b(first: 100) { c(first: 100) { id } } } }', 'cost'],
    ['one of many plans', `{ ${Array.from({ length: 6 }, (_, i) => `a${i}: planRun { backend }`).join(' ')} }`, 'cost'],
    ['one of two mutations', 'mutation { cancelRun { a } retryRun { a } }', '2 mutations'],
  ])('%s is refused', (_, source, sentence) => {
    expect(checkLimits(given(source))?.message).toContain(sentence);
  });

  it('a page of a dashboard is well within', () => {
    const source =
      '{ project { runs(first: 100) { edges { node { id name state outcome { bytesAfter seconds } } } } } }';
    expect(measureOperation(given(source)).cost).toBeLessThan(limits.cost / 10);
    expect(checkLimits(given(source))).toBeNull();
  });
});
