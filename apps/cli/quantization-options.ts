import type { Command } from 'commander';
import { backendIds } from '#contract/recipe/recipe.ts';

/** The options that `quantize` and `plan` share, as commander parses them. */
export type QuantizationOptions = {
  readonly backend?: string;
  readonly e?: string;
  readonly mode?: string;
  readonly algorithm?: string;
  readonly weights?: string;
  readonly activations?: string;
  readonly calibration?: string;
  readonly evaluation?: string;
  readonly batchSize?: number;
  readonly graph?: string;
  readonly layers?: readonly string[];
  readonly skip?: readonly string[];
  readonly set?: readonly string[];
  readonly json?: boolean;
};

export function addQuantizationOptions(command: Command): Command {
  return command
    .argument('<model>', 'a .pth checkpoint or an .onnx model')
    .option('--backend <id>', backendIds.join(' | '))
    .option('-e <spec>', 'a TAO `quantize:` section as YAML; other options override it')
    .option('--mode <mode>', 'weight_only_ptq | static_ptq')
    .option('--algorithm <name>', 'minmax | max')
    .option('--weights <dtype>', 'int8 | native')
    .option('--activations <dtype>', 'int8 | native')
    .option('--calibration <file>', 'an .npz with one array for each graph input')
    .option('--evaluation <file>', 'an .npz with inputs and labels: measures top-1 accuracy before and after')
    .option('--batch-size <n>', 'samples in a calibration batch', positiveInteger)
    .option('--graph <file>', 'ONNX export of the same network, for a .pth')
    .option('--layers <pattern>', 'quantize what matches (fnmatch on names, then classes); repeatable', collect)
    .option('--skip <pattern>', 'leave alone what matches; repeatable', collect)
    .option('--set <key=value>', 'an option of the backend, by the real tool’s name; repeatable', collect)
    .option('--json', 'print the result as one line of JSON');
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`--batch-size is ${text}, not a whole number above 0`);
  return value;
}
