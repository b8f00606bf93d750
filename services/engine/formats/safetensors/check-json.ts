import { limits } from '../limits.ts';

/**
 * What `JSON.parse` lets pass: nesting that costs more than it says, and a key that stands twice in one object,
 * where two readers would see two files. Throws an Error that says which.
 */
export function checkJson(text: string): void {
  const open: (Set<string> | null)[] = [];
  // A text followed by a colon is a key.
  for (const [token, key] of matchTokens(text)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > limits.safetensorsDepth)
        throw new Error(`it nests more than ${limits.safetensorsDepth} deep`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (key !== undefined) {
      const name: unknown = JSON.parse(key);
      const keys = open.at(-1);
      if (keys?.has(String(name))) throw new Error(`the key ${key} stands twice`);
      keys?.add(String(name));
    }
  }
}

function* matchTokens(text: string): Iterable<readonly [string, string | undefined]> {
  for (const match of text.matchAll(/[{}[\]]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/gs)) yield [match[0], match[1]];
}
