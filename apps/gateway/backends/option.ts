import type { OptionCard, OptionClash } from '#contract/recipe/option-card.ts';
import { type OptionGroupId, optionGroups } from '#contract/recipe/option-groups.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';
import { builder } from '../schema/builder.ts';

export type Option = OptionCard & { readonly key: string };
type Choice = { readonly value: JsonValue };
type Range = { readonly min: number; readonly max: number; readonly whole: boolean };
type Texts = Extract<OptionCard['takes'], { readonly texts: unknown }>['texts'];
type Text = Extract<OptionCard['takes'], { readonly text: unknown }>['text'];
type Condition = NonNullable<OptionCard['onlyWith']>;

const ChoiceType = builder.objectRef<Choice>('OptionChoice').implement({
  fields: (t) => ({ value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }) }),
});

const RangeType = builder.objectRef<Range>('OptionRange').implement({
  fields: (t) => ({
    min: t.exposeFloat('min'),
    max: t.exposeFloat('max'),
    whole: t.exposeBoolean('whole', { description: 'It takes no fractions.' }),
  }),
});

const TextsType = builder.objectRef<Texts>('OptionTexts').implement({
  fields: (t) => ({
    of: t.exposeString('of', { description: 'What they are, in the plural.' }),
    example: t.exposeString('example'),
    among: t.stringList({
      nullable: true,
      description: 'All there are; null: any.',
      resolve: ({ among }) => (among ? [...among] : null),
    }),
  }),
});

const TextType = builder.objectRef<Text>('OptionText').implement({
  fields: (t) => ({
    pattern: t.string({
      description: 'A regular expression of ECMAScript for the whole text.',
      resolve: ({ pattern }) => pattern.source,
    }),
    example: t.exposeString('example'),
  }),
});

const GroupType = builder.objectRef<OptionGroupId>('OptionGroup').implement({
  fields: (t) => ({
    title: t.string({ resolve: (id) => optionGroups[id].title }),
    help: t.string({ resolve: (id) => optionGroups[id].help }),
  }),
});

const ConditionType = builder.objectRef<Condition>('OptionCondition').implement({
  fields: (t) => ({
    option: t.exposeString('option'),
    value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }),
  }),
});

const ClashType = builder.objectRef<OptionClash>('OptionClash').implement({
  fields: (t) => ({
    value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }),
    option: t.exposeString('option'),
    otherValue: t.field({ type: 'JSON', nullable: true, resolve: ({ otherValue }) => otherValue }),
    reason: t.exposeString('reason'),
  }),
});

/** What a form needs to offer an option of a backend, and what `backend_kwargs` may say. */
export const OptionType = builder.objectRef<Option>('BackendOption').implement({
  description:
    'A key of `backend_kwargs`: it takes one of `choices`, a number within `range`, a list of `texts`, or a `text`.',
  fields: (t) => ({
    key: t.exposeString('key'),
    title: t.exposeString('title'),
    help: t.exposeString('help'),
    choices: t.field({
      type: [ChoiceType],
      nullable: true,
      resolve: ({ takes }) => ('oneOf' in takes ? takes.oneOf.map((value) => ({ value })) : null),
    }),
    range: t.field({
      type: RangeType,
      nullable: true,
      resolve: ({ takes }) => rangeOf(takes),
    }),
    texts: t.field({
      type: TextsType,
      nullable: true,
      resolve: ({ takes }) => ('texts' in takes ? takes.texts : null),
    }),
    text: t.field({
      type: TextType,
      nullable: true,
      resolve: ({ takes }) => ('text' in takes ? takes.text : null),
    }),
    group: t.field({
      type: GroupType,
      nullable: true,
      description: 'What it belongs to; null: one of the usual choices, which a form keeps in sight.',
      resolve: ({ group }) => group ?? null,
    }),
    withAlgorithm: t.string({
      nullable: true,
      description: 'It has an effect only with this algorithm.',
      resolve: ({ withAlgorithm }) => withAlgorithm ?? null,
    }),
    initial: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What a recipe without it means.',
      resolve: ({ initial }) => initial,
    }),
    onlyWith: t.field({
      type: ConditionType,
      nullable: true,
      description: 'It has an effect only while another option has this value.',
      resolve: ({ onlyWith }) => onlyWith ?? null,
    }),
    clash: t.field({
      type: ClashType,
      nullable: true,
      description: 'One of its values cannot stand beside a value of another option.',
      resolve: ({ clash }) => clash ?? null,
    }),
  }),
});

function rangeOf(takes: OptionCard['takes']): Range | null {
  if ('integer' in takes) return { ...takes.integer, whole: true };
  return 'number' in takes ? { ...takes.number, whole: false } : null;
}
