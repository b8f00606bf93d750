import { limits } from '../limits.ts';

/** Of a tensor: its name and three keys, the ends of an object and of two arrays, and the commas between all; as much again for metadata. */
const mostParts = 36 * limits.checkpointTensors;

/**
 * What `JSON.parse` lets pass: nesting that costs more than it says, lists of more than `longestList` values, and a
 * key that stands twice in one object, where two readers would see two files. Throws an Error that says which; a
 * RangeError for longer lists, and for more parts than the header of the most tensors has.
 */
export function checkJson(text: string, longestList: number): void {
  const open: (Set<string> | { values: number })[] = [];
  let parts = 0;
  // A text followed by a colon is a key.
  for (const [token, key] of matchTokens(text)) {
    if ((token.length === 1 || key !== undefined) && ++parts > mostParts)
      throw new RangeError(`says more than the header of ${limits.checkpointTensors} tensors would.`);
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : { values: 1 }) > limits.safetensorsDepth)
        throw new Error(`it nests more than ${limits.safetensorsDepth} deep`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ',') {
      const list = open.at(-1);
      if (list && !(list instanceof Set) && ++list.values > longestList)
        throw new RangeError(`has a list of more than ${longestList} values in its JSON.`);
    } else if (key !== undefined) {
      const name = key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1);
      const keys = open.at(-1);
      if (!(keys instanceof Set)) continue;
      if (keys.has(name)) throw new Error(`the key ${key} stands twice`);
      keys.add(name);
    }
  }
}

function* matchTokens(text: string): Iterable<readonly [string, string | undefined]> {
  for (const match of text.matchAll(/[{}[\],]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/gs)) yield [match[0], match[1]];
}
