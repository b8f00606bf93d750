import { type DocumentNode, getOperationAST, Kind, validate } from 'graphql';
import { expect, it } from 'vitest';
import { checkLimits } from '#gateway/schema/limits.ts';
import { schema } from '#gateway/schema/schema.ts';
import * as documents from '../../apps/dashboard/graphql/generated/graphql.ts';

const operations = Object.entries(documents).flatMap(([name, document]) => {
  const operation = isDocument(document) ? getOperationAST(document) : null;
  return isDocument(document) && operation ? [{ name, document, operation }] : [];
});

it('the dashboard has operations', () => {
  expect(operations.length).toBeGreaterThan(10);
});

it.each(operations)('$name of the dashboard is valid and within the limits, with the longest pages', (given) => {
  expect(validate(schema, given.document)).toEqual([]);
  expect(checkLimits({ ...given, variables: { first: 100, limit: 1_000 } })).toBeNull();
});

function isDocument(value: unknown): value is DocumentNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT;
}
