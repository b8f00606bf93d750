/**
 * Python's `fnmatch.fnmatchcase`: `*` any run (dots too), `?` one character, `[seq]` and `[!seq]` one of a set with
 * ranges; everything else is itself. Linear in pattern × name, so no pattern can be made slow.
 * Source: CPython Lib/fnmatch.py.
 */
export function fnmatch(name: string, pattern: string): boolean {
  const tokens = tokenize(pattern);
  const characters = [...name];
  let token = 0;
  let position = 0;
  let star = -1;
  let starPosition = 0;
  while (position < characters.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      star = token++;
      starPosition = position;
    } else if (current && accepts(current, characters[position] ?? '')) {
      token++;
      position++;
    } else if (star >= 0) {
      token = star + 1;
      position = ++starPosition;
    } else return false;
  }
  while (tokens[token]?.kind === 'star') token++;
  return token === tokens.length;
}

type Token =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

function accepts(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'star':
      return false;
    case 'any':
      return true;
    case 'literal':
      return token.character === character;
    case 'set':
      return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
  }
}

function tokenize(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '[') {
      const end = setEnd(characters, i);
      if (end < 0) tokens.push({ kind: 'literal', character });
      else {
        tokens.push(setToken(characters.slice(i + 1, end)));
        i = end;
      }
    } else tokens.push({ kind: 'literal', character });
  }
  return tokens;
}

/** Where the set that opens at `open` closes; a `]` right after `[` or `[!` belongs to the set. -1: it never closes. */
function setEnd(characters: readonly string[], open: number): number {
  let i = open + 1;
  if (characters[i] === '!') i++;
  if (characters[i] === ']') i++;
  while (i < characters.length && characters[i] !== ']') i++;
  return i < characters.length ? i : -1;
}

function setToken(body: readonly string[]): Token {
  const negated = body[0] === '!';
  const members = negated ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] ?? '';
    if (members[i + 1] === '-' && i + 2 < members.length) {
      ranges.push([low, members[i + 2] ?? '']);
      i += 2;
    } else ranges.push([low, low]);
  }
  return { kind: 'set', negated, ranges };
}
