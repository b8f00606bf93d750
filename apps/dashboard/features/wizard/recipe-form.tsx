import { Input, SegmentedControl, Stack, TagsInput } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { OptionField, OptionFieldFragment } from './option-field.tsx';
import {
  barredIn,
  chooseOption,
  chooseSkips,
  chooseWeights,
  hasEffect,
  optionIn,
  rulesIn,
  skipsIn,
  weightsIn,
} from './recipe-choices.ts';
import { weightWords } from './weight-words.ts';

const RecipeFormFragment = graphql(`
  fragment RecipeForm on Backend {
    weights
    options {
      key
      ...OptionField
    }
  }
`);

type RecipeFormProps = {
  backend: FragmentType<typeof RecipeFormFragment>;
  yaml: string;
  onChange: (yaml: string) => void;
};

/** The recipe without YAML: every field shows what the text says, and changes nothing but that. */
export function RecipeForm({ backend, yaml, onChange }: RecipeFormProps) {
  const { weights, options: refs } = readFragment(RecipeFormFragment, backend);
  const options = readFragment(OptionFieldFragment, refs);
  return (
    <Stack>
      <WeightsField offered={weights.filter((dtype) => dtype !== 'native')} yaml={yaml} onChange={onChange} />
      {options.map((option) => (
        <OptionField
          key={option.key}
          option={option}
          value={optionIn(yaml, options, option.key)}
          live={hasEffect(yaml, options, option)}
          barred={barredIn(yaml, options, option.key)}
          onChange={(value) => onChange(chooseOption(yaml, options, { key: option.key, value }))}
        />
      ))}
      <TagsInput
        label="Leave as they are"
        description="Names of layers or classes that are not quantized; * stands for anything. Press Enter after each."
        placeholder="head, *.norm, LayerNorm"
        value={[...skipsIn(yaml)]}
        onChange={(names) => onChange(chooseSkips(yaml, names))}
      />
    </Stack>
  );
}

type WeightsFieldProps = { offered: readonly string[]; yaml: string; onChange: (yaml: string) => void };

/** One dtype for every Linear layer; nothing where a backend has but one. */
function WeightsField({ offered, yaml, onChange }: WeightsFieldProps) {
  const [usual] = offered;
  if (usual === undefined || offered.length < 2) return null;
  const choice = weightsIn(yaml, usual);
  const more = rulesIn(yaml).length - 1;
  const help =
    choice === 'byRules'
      ? 'The rules in the YAML say which layers get what.'
      : `${weightWords(choice.dtype).help}${more > 0 ? ` ${counted(more, 'more rule')} in the YAML can say otherwise.` : ''}`;
  return (
    <Input.Wrapper label="Quantize every Linear layer as" labelElement="div" description={help}>
      <SegmentedControl
        fullWidth
        mt={6}
        aria-label="Quantize every Linear layer as"
        data={offered.map((dtype) => ({ value: dtype, label: weightWords(dtype).title }))}
        value={choice === 'byRules' ? '' : choice.dtype}
        disabled={choice === 'byRules'}
        onChange={(dtype) => onChange(chooseWeights(yaml, usual, dtype))}
      />
    </Input.Wrapper>
  );
}
