import { Input, SegmentedControl } from '@mantine/core';
import type { Mode } from './recipe-mode.ts';

const words: Readonly<Record<Mode, { readonly title: string; readonly help: string }>> = {
  int8: {
    title: 'INT8',
    help: 'Whole numbers from −128 to 127: the usual choice, which every GPU with TensorRT computes.',
  },
  fp8: {
    title: 'FP8',
    help: 'Floats of 8 bits, up to ±448: often kinder to transformers. TensorRT computes them on Ada, Hopper and newer.',
  },
};
const modes: readonly Mode[] = ['int8', 'fp8'];

type ModeFieldProps = { value: unknown; onChange: (mode: Mode) => void };

/** What a whole model is quantized to. */
export function ModeField({ value, onChange }: ModeFieldProps) {
  const chosen = modeNamed(value);
  return (
    <Input.Wrapper
      label="Quantize to"
      labelElement="div"
      description={chosen ? words[chosen].help : null}
      error={chosen ? null : `quantize_mode is ${JSON.stringify(value)}, which is not offered.`}
    >
      <SegmentedControl<string>
        fullWidth
        mt={6}
        aria-label="Quantize to"
        data={modes.map((mode) => ({ value: mode, label: words[mode].title }))}
        value={chosen ?? ''}
        onChange={(name) => {
          const mode = modeNamed(name);
          if (mode) onChange(mode);
        }}
      />
    </Input.Wrapper>
  );
}

function modeNamed(value: unknown): Mode | undefined {
  return modes.find((mode) => mode === value);
}
