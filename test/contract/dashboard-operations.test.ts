import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type TypeNode,
  validate,
} from 'graphql';
import { expect, it } from 'vitest';
import { checkLimits, limits, measureOperation } from '#gateway/schema/limits.ts';
import { schema } from '#gateway/schema/schema.ts';
import * as documents from '../../apps/dashboard/graphql/generated/graphql.ts';

/** What the dashboard asks and what the gateway answers are held together without either running. */
const operations = Object.entries(documents).flatMap(([name, document]) => {
  const operation = isDocument(document) ? getOperationAST(document) : null;
  return isDocument(document) && operation ? [{ name, document, operation }] : [];
});

it('the dashboard has operations, and the widest of them come near the limit that is held here', () => {
  const costs = operations.map(
    (given) => measureOperation({ ...given, variables: longestPages(given.operation) }).cost,
  );
  expect(operations.length).toBeGreaterThan(30);
  expect(Math.max(...costs)).toBeGreaterThan(limits.cost / 10);
});

it.each(operations)('$name of the dashboard is valid and within the limits, with the longest pages', (given) => {
  expect(validate(schema, given.document)).toEqual([]);
  expect(checkLimits({ ...given, variables: longestPages(given.operation) })?.message).toBeUndefined();
});

/** Whatever a page's length is called: every number is more than any list gives, and is counted as the most it gives. */
function longestPages({ variableDefinitions }: OperationDefinitionNode): Readonly<Record<string, number>> {
  return Object.fromEntries(
    (variableDefinitions ?? [])
      .filter(({ type }) => typeName(type) === 'Int')
      .map(({ variable }) => [variable.name.value, 1_000_000]),
  );
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}

function isDocument(value: unknown): value is DocumentNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT;
}
