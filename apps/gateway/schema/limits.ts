import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
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
  const known = new Map<string, Measured>();

  const ofSet = (set: SelectionSetNode | undefined): Measured => {
    let depth = 0;
    let aliases = 0;
    let cost = 0;
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
    }
    return { depth, aliases, cost };
  };

  const ofField = (field: FieldNode): Measured => {
    const below = ofSet(field.selectionSet);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (field.alias && field.alias.value !== field.name.value ? 1 : 0),
      cost: 1 + (heavy[field.name.value] ?? 0) + pageSize(field, variables) * below.cost,
    };
  };

  // Each fragment is measured once, so that fragments within fragments cost no more to measure than to write.
  const ofFragment = (name: string): Measured => {
    const measured = known.get(name);
    if (measured) return measured;
    known.set(name, nothing);
    const result = ofSet(fragments.get(name)?.selectionSet);
    known.set(name, result);
    return result;
  };

  return ofSet(operation.selectionSet);
}

const nothing: Measured = { depth: 0, aliases: 0, cost: 0 };

const pageArguments = ['first', 'last', 'limit'];

/** How often the fields under this one may come: by its page arguments, which the resolvers cap too. */
function pageSize(field: FieldNode, variables: LimitedOperation['variables']): number {
  let most = 1;
  for (const { name, value } of field.arguments ?? []) {
    if (!pageArguments.includes(name.value)) continue;
    const given =
      value.kind === Kind.INT
        ? Number(value.value)
        : value.kind === Kind.VARIABLE
          ? Number(variables?.[value.name.value] ?? 1)
          : 1;
    if (Number.isFinite(given)) most = Math.max(most, Math.min(given, name.value === 'limit' ? 1_000 : 100));
  }
  return most;
}
