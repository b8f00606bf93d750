import { Stack, TagsInput } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { AlgorithmField } from './algorithm-field.tsx';
import { ModeField } from './mode-field.tsx';
import { OptionFieldFragment } from './option-field.tsx';
import { OptionGroups, OptionList } from './option-list.tsx';
import { algorithmIn, chooseAlgorithm, decidedAlgorithm, withDecisions } from './recipe-algorithm.ts';
import { chooseSkips, hasEffect } from './recipe-choices.ts';
import { chooseMode, modeIn, modeKey } from './recipe-mode.ts';
import { backendIn, skipsIn } from './recipe-parts.ts';
import { WeightsField } from './weights-field.tsx';

const RecipeFormFragment = graphql(`
  fragment RecipeForm on Backend {
    weights
    algorithms
    options {
      key
      ...OptionField
    }
    algorithmDecisions {
      option
      value
      algorithm
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
  const { weights, algorithms, options: refs, algorithmDecisions } = readFragment(RecipeFormFragment, backend);
  const options = withDecisions(readFragment(OptionFieldFragment, refs), algorithmDecisions);
  const hasMode = options.some(({ key }) => key === modeKey);
  const hasPreset = options.some(({ key }) => key === 'preset');
  const usual = options.filter(({ key, group }) => !group && key !== modeKey);
  const fields = { options, yaml, onChange };
  return (
    <Stack>
      {hasMode ? (
        <ModeField value={modeIn(yaml)} onChange={(mode) => onChange(chooseMode(yaml, mode))} />
      ) : hasPreset ? null : (
        <WeightsField offered={weights.filter((dtype) => dtype !== 'native')} yaml={yaml} onChange={onChange} />
      )}
      <AlgorithmField
        backend={backendIn(yaml)}
        offered={algorithms}
        value={algorithmIn(yaml)}
        decided={decidedAlgorithm(yaml, options)}
        onChange={(algorithm) => onChange(chooseAlgorithm(yaml, options, algorithm))}
      />
      <OptionList
        {...fields}
        shown={usual.filter((option) => option.withAlgorithm && hasEffect(yaml, options, option))}
      />
      <OptionList {...fields} shown={usual.filter((option) => !option.withAlgorithm)} />
      <TagsInput
        label="Leave as they are"
        description="Names of layers or classes that are not quantized; * stands for anything. Press Enter after each."
        placeholder="head, *.norm, LayerNorm"
        value={[...skipsIn(yaml)]}
        onChange={(names) => onChange(chooseSkips(yaml, names))}
      />
      <OptionGroups {...fields} />
    </Stack>
  );
}
