import { type Document, isCollection, isMap, parseDocument } from 'yaml';

/**
 * A recipe as the YAML a person reads and writes. The text is the recipe: forms look values up in it and change it
 * in place, so that comments, order and what a form does not know stay as they are.
 */
export type RecipeText = {
  /** What the `quantize:` section says, or the whole where there is none; null: no mapping yet. */
  readonly section: Readonly<Record<string, unknown>> | null;
  /** Why the text cannot be read, as a sentence. */
  readonly problem: string | null;
};

export function readRecipeText(yaml: string): RecipeText {
  const document = parse(yaml);
  const error = document.errors[0];
  if (error) return { section: null, problem: `The YAML cannot be read: ${firstLine(error.message)}.` };
  try {
    const root: unknown = document.toJS({ maxAliasCount: 0 });
    const section = isRecord(root) && isRecord(root.quantize) ? root.quantize : root;
    return { section: isRecord(section) ? section : null, problem: null };
  } catch {
    return { section: null, problem: 'The YAML uses aliases (*name). Write the values out.' };
  }
}

export type RecipePath = readonly (string | number)[];

/** The text with one value of the section set, or taken out (undefined) with the mappings that this leaves empty. */
export function setInRecipe(yaml: string, path: RecipePath, value: unknown): string {
  const document = parse(yaml);
  if (document.errors.length > 0 || !isMap(document.contents)) return yaml;
  const whole = [...(isMap(document.get('quantize')) ? ['quantize'] : []), ...path];
  if (value === undefined) removeIn(document, whole);
  else {
    makeWay(document, whole);
    document.setIn(whole, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}

/** `layers:` with nothing after it is null, which holds no values. */
function makeWay(document: Document, path: RecipePath): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const parent = path.slice(0, depth);
    if (isCollection(document.getIn(parent))) continue;
    document.setIn(parent, document.createNode(typeof path[depth] === 'number' ? [] : {}));
  }
}

function removeIn(document: Document, path: RecipePath): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const holder = parent.length > 0 ? document.getIn(parent) : null;
  if (parent.length > 1 && isCollection(holder) && holder.items.length === 0) removeIn(document, parent);
}

function parse(yaml: string): Document {
  return parseDocument(yaml, { schema: 'core', logLevel: 'silent' });
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:\s*$/, '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
