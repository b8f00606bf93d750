import { Input, SegmentedControl } from '@mantine/core';
import { counted } from '#dashboard/ui/format/number.ts';
import { chooseWeights, weightsIn } from './recipe-choices.ts';
import { rulesIn } from './recipe-parts.ts';
import { weightWords } from './weight-words.ts';

type WeightsFieldProps = { offered: readonly string[]; yaml: string; onChange: (yaml: string) => void };

/** One dtype for every Linear layer; nothing where a backend has but one. */
export function WeightsField({ offered, yaml, onChange }: WeightsFieldProps) {
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
