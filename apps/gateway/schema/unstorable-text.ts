import { type DocumentNode, Kind, visit } from 'graphql';
import { storableText } from '../dispatch/storable-json.ts';

export type Texts = { readonly document: DocumentNode; readonly variables: unknown };

/** Whether any text of an operation is one that Postgres refuses: with U+0000, or with half of a surrogate pair. */
export function hasUnstorableText({ document, variables }: Texts): boolean {
  let found = hasIn(variables);
  visit(document, {
    enter(node) {
      if (node.kind === Kind.STRING) found ||= isUnstorable(node.value);
    },
  });
  return found;
}

function hasIn(value: unknown): boolean {
  if (typeof value === 'string') return isUnstorable(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => isUnstorable(key) || hasIn(part));
}

function isUnstorable(text: string): boolean {
  return storableText(text) !== text;
}
