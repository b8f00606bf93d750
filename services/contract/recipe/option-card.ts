import type { OptionGroupId } from './option-groups.ts';
import type { Algorithm, JsonValue } from './recipe.ts';

/** An option of a backend, for forms and for validation. */
export type OptionCard = {
  readonly title: string;
  /** One sentence: what it changes. */
  readonly help: string;
  readonly takes: OptionRange;
  /** What a recipe without it means; null if it means nothing. */
  readonly initial: JsonValue;
  /** What it belongs to, of a backend with many; absent: one of the usual choices, which a form keeps in sight. */
  readonly group?: OptionGroupId;
  /** It has an effect only with this algorithm. */
  readonly withAlgorithm?: Algorithm;
  /** It has an effect only while another option has this value, and where that one is left out it says so. */
  readonly onlyWith?: { readonly option: string; readonly value: JsonValue };
  /** One of its values cannot stand beside this value of another option. */
  readonly clash?: OptionClash;
};

type OptionRange =
  | { readonly oneOf: readonly JsonValue[] }
  | { readonly integer: NumberRange }
  | { readonly number: NumberRange }
  /** Several of these. `of` says what they are, in the plural; `among`: there are no others. */
  | { readonly texts: { readonly of: string; readonly example: string; readonly among?: readonly string[] } }
  | { readonly text: { readonly pattern: RegExp; readonly example: string } };

type NumberRange = { readonly min: number; readonly max: number };

export type OptionClash = {
  readonly value: JsonValue;
  readonly option: string;
  readonly otherValue: JsonValue;
  /** Why, as a sentence. */
  readonly reason: string;
  /** What to do instead, in option names. */
  readonly remedy: string;
};

/** The values of a backend's options by their names, as `checkRecipe` lets them through. */
export type OptionValues<Cards extends Readonly<Record<string, OptionCard>>> = {
  readonly [Key in keyof Cards]: ValueOf<Cards[Key]>;
};

type ValueOf<Card extends OptionCard> = Card['takes'] extends { readonly oneOf: readonly (infer Value)[] }
  ? Value
  : TakenBy<Card['takes']> | Extract<Card['initial'], null>;

type TakenBy<Range> = Range extends { readonly texts: unknown }
  ? readonly string[]
  : Range extends { readonly text: unknown }
    ? string
    : number;
