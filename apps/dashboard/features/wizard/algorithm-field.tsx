import { Radio, Stack } from '@mantine/core';
import { algorithmWords } from './algorithm-words.ts';
import { distinctAlgorithms } from './recipe-algorithm.ts';

type AlgorithmFieldProps = {
  backend: string | null;
  offered: readonly string[];
  value: string;
  /** The algorithm that an option has decided. */
  decided: string | null;
  onChange: (algorithm: string) => void;
};

/** How ranges are found; nothing where there is but one way. */
export function AlgorithmField({ backend, offered, value, decided, onChange }: AlgorithmFieldProps) {
  const names = distinctAlgorithms(offered);
  if (names.length < 2) return null;
  return (
    <Radio.Group
      label="Ranges of activations"
      description={decided ? 'The preset decides this.' : null}
      value={decided ?? value}
      onChange={onChange}
    >
      <Stack gap="xs" mt={6}>
        {names.map((name) => {
          const { title, help } = algorithmWords(name, backend);
          return <Radio key={name} value={name} label={title} description={help} disabled={decided !== null} />;
        })}
      </Stack>
    </Radio.Group>
  );
}
