import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { hasUnstorableText } from './unstorable-text.ts';

/** What one operation may ask for, over HTTP and over WebSocket alike. */
export const limits = {
  /** Lexical tokens of the document; the parser stops there. */
  tokens: 4_000,
  depth: 15,
  /** Fields under another name than their own. */
  aliases: 50,
  /** Fields of the answer, counted with the pages that are asked for. */
  cost: 50_000,
  /** Fields that write, of one operation: it is one transaction, and its answer tells of one change. */
  mutations: 1,
} as const;

/** Fields that cost a process of a worker, not a look into the database; a few fit into one operation. */
const heavy: Readonly<Record<string, number>> = { planRun: 10_000 };

export type Measured = { readonly depth: number; readonly aliases: number; readonly cost: number };

/** A document that parsed and is valid, and which operation of it is to run. */
export type LimitedOperation = {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
};

/** The error of a valid operation that asks for too much. */
export function checkLimits(given: LimitedOperation): GraphQLError | null {
  if (hasUnstorableText(given))
    return refuse('The operation has text that cannot be stored (U+0000 or half a character).');
  const measured = measureOperation(given);
  for (const name of ['depth', 'aliases', 'cost'] as const) {
    if (measured[name] > limits[name]) {
      return refuse(`The operation has ${name} ${measured[name]}; the limit is ${limits[name]}.`);
    }
  }
  const fields = given.operation.selectionSet.selections.length;
  if (given.operation.operation === 'mutation' && fields > limits.mutations) {
    return refuse(`The operation has ${fields} mutations; it can have ${limits.mutations}. Send one after the other.`);
  }
  return null;
}

function refuse(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_LARGE' } });
}

export function measureOperation({ document, operation, variables }: LimitedOperation): Measured {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const given = { ...defaultsOf(operation), ...variables };
  const known = new Map<string, Part>();

  const ofSet = (set: SelectionSetNode | undefined): Part => {
    let depth = 0;
    let aliases = 0;
    let cost = 0;
    let isPage = false;
    for (const selection of set?.selections ?? []) {
      const part =
        selection.kind === Kind.FIELD
          ? ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSet(selection.selectionSet)
            : ofFragment(selection.name.value);
      depth = Math.max(depth, part.depth);
      aliases += part.aliases;
      cost += part.cost;
      isPage ||= part.isPage;
    }
    return { depth, aliases, cost, isPage };
  };

  const ofField = (field: FieldNode): Part => {
    const below = ofSet(field.selectionSet);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (field.alias && field.alias.value !== field.name.value ? 1 : 0),
      cost: 1 + (heavy[field.name.value] ?? 0) + (askedPage(field, given) ?? untoldPage(field, below)) * below.cost,
      isPage: field.name.value === 'edges',
    };
  };

  // Each fragment is measured once, so that fragments within fragments cost no more to measure than to write.
  const ofFragment = (name: string): Part => {
    const measured = known.get(name);
    if (measured) return measured;
    known.set(name, nothing);
    const result = ofSet(fragments.get(name)?.selectionSet);
    known.set(name, result);
    return result;
  };

  const { depth, aliases, cost } = ofSet(operation.selectionSet);
  return { depth, aliases, cost };
}

/** `isPage`: these are the fields of a connection. */
type Part = Measured & { readonly isPage: boolean };

const nothing: Part = { depth: 0, aliases: 0, cost: 0, isPage: false };

/** The arguments that say how long a page is, and the most that the resolvers give. */
const longestPages: Readonly<Record<string, number>> = { first: 100, last: 100, limit: 1_000 };

/** How long a page is where a request does not say: of a connection, and of a list that takes a `limit`. */
export const defaultPage = 25;
export const defaultLimit = 200;

const limitedLists: readonly string[] = ['tensors', 'log'];

function untoldPage({ name }: FieldNode, below: Part): number {
  if (limitedLists.includes(name.value)) return defaultLimit;
  return below.isPage ? defaultPage : 1;
}

type Variables = Readonly<Record<string, unknown>>;

/** How often the fields under this one may come, by its page arguments; null where it has none. */
function askedPage({ arguments: given }: FieldNode, variables: Variables): number | null {
  const lengths = (given ?? []).flatMap(({ name, value }) => {
    const longest = longestPages[name.value];
    const length = longest === undefined ? null : numberOf(value, variables);
    return longest === undefined || length === null ? [] : [Math.min(length, longest)];
  });
  return lengths.length > 0 ? Math.max(1, ...lengths) : null;
}

function numberOf(value: ValueNode, variables: Variables): number | null {
  if (value.kind === Kind.INT) return Number(value.value);
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : null;
  return typeof given === 'number' ? given : null;
}

/** What the variables are that a request leaves out. */
function defaultsOf({ variableDefinitions }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
}
