import { limits } from '../limits.ts';

/** A Python literal: what `ast.literal_eval` would take, without names, operators and calls. Tuples and lists are arrays. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<Literal, Literal>;

/** The value of the text; undefined if it is not exactly one literal. */
export function parseLiteral(text: string): Literal | undefined {
  const parser = new Parser(text);
  try {
    const value = parser.value(0);
    return parser.ended() ? value : undefined;
  } catch (error) {
    if (error instanceof NotLiteral) return undefined;
    throw error;
  }
}

class NotLiteral extends Error {}

const words = new Map<string, Literal>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  ended(): boolean {
    this.#match(/\s*/y);
    return this.#at === this.#text.length;
  }

  value(depth: number): Literal {
    if (depth > limits.npyLiteralDepth) throw new NotLiteral();
    if (this.#match(/\s*\{/y)) return this.#dictionary(depth);
    if (this.#match(/\s*\[/y)) return this.#items(']', depth).values;
    if (this.#match(/\s*\(/y)) return this.#parentheses(depth);
    return this.#scalar();
  }

  #scalar(): Literal {
    const text = this.#match(/\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)")/y);
    if (text) return text[1] ?? text[2] ?? '';
    const number = this.#match(/\s*(-?\d{1,16})L?(?![\w.])/y);
    if (number && Number.isSafeInteger(Number(number[1]))) return Number(number[1]);
    const word = words.get(this.#match(/\s*(\w+)/y)?.[1] ?? '');
    if (word === undefined) throw new NotLiteral();
    return word;
  }

  /** `(x)` is x; `(x,)` is a tuple. */
  #parentheses(depth: number): Literal {
    const { values, comma } = this.#items(')', depth);
    const [first] = values;
    return values.length === 1 && !comma && first !== undefined ? first : values;
  }

  #items(close: string, depth: number): { values: Literal[]; comma: boolean } {
    const values: Literal[] = [];
    let comma = true;
    while (!this.#take(close)) {
      if (!comma) throw new NotLiteral();
      values.push(this.value(depth + 1));
      comma = this.#take(',');
    }
    return { values, comma };
  }

  #dictionary(depth: number): ReadonlyMap<Literal, Literal> {
    const values = new Map<Literal, Literal>();
    let comma = true;
    while (!this.#take('}')) {
      if (!comma) throw new NotLiteral();
      const key = this.value(depth + 1);
      if (!this.#take(':')) throw new NotLiteral();
      values.set(key, this.value(depth + 1));
      comma = this.#take(',');
    }
    return values;
  }

  #take(character: string): boolean {
    this.#match(/\s*/y);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }
}
