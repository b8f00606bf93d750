import type { OptionCard, OptionClash } from '#contract/recipe/option-card.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';
import { builder } from '../schema/builder.ts';

export type Option = OptionCard & { readonly key: string };
type Choice = { readonly value: JsonValue };
type Range = { readonly min: number; readonly max: number };
type Condition = NonNullable<OptionCard['onlyWith']>;

const ChoiceType = builder.objectRef<Choice>('OptionChoice').implement({
  fields: (t) => ({ value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }) }),
});

const RangeType = builder.objectRef<Range>('OptionRange').implement({
  fields: (t) => ({ min: t.exposeInt('min'), max: t.exposeInt('max') }),
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
  description: 'A key of `backend_kwargs`: it takes one of `choices`, or a whole number within `range`.',
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
      resolve: ({ takes }) => ('integer' in takes ? takes.integer : null),
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
