import { limits } from '../limits.ts';

/** Of a tensor: its name and three keys, with the ends of an object and of two arrays; as much again for metadata. */
const mostParts = 20 * limits.checkpointTensors;

/**
 * What `JSON.parse` lets pass: nesting that costs more than it says, and a key that stands twice in one object,
 * where two readers would see two files. Throws an Error that says which; a RangeError for more keys and
 * containers than the header of the most tensors has.
 */
export function checkJson(text: string): void {
  const open: (Set<string> | null)[] = [];
  let parts = 0;
  // A text followed by a colon is a key.
  for (const [token, key] of matchTokens(text)) {
    if ((token.length === 1 || key !== undefined) && ++parts > mostParts)
      throw new RangeError(`says more than the header of ${limits.checkpointTensors} tensors would.`);
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > limits.safetensorsDepth)
        throw new Error(`it nests more than ${limits.safetensorsDepth} deep`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (key !== undefined) {
      const name = key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1);
      const keys = open.at(-1);
      if (keys?.has(name)) throw new Error(`the key ${key} stands twice`);
      keys?.add(name);
    }
  }
}

function* matchTokens(text: string): Iterable<readonly [string, string | undefined]> {
  for (const match of text.matchAll(/[{}[\]]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/gs)) yield [match[0], match[1]];
}
