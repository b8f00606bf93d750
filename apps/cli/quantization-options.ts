import type { Command } from 'commander';
import { InputError } from '#contract/failure.ts';
import { type BackendCard, catalogue } from '#contract/recipe/catalogue.ts';
import { backendIds, modes } from '#contract/recipe/recipe.ts';
import { releasesOf } from './releases.ts';
import { settingsHelp } from './settings-help.ts';

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
  readonly preprocess?: string;
  readonly batchSize?: number;
  readonly graph?: string;
  readonly layers?: readonly string[];
  readonly skip?: readonly string[];
  readonly set?: readonly string[];
  readonly compat?: string;
  readonly json?: boolean;
};

export function addQuantizationOptions(command: Command): Command {
  return command
    .argument('<model>', 'a .pth or .safetensors checkpoint, or an .onnx model')
    .option('--backend <id>', backendIds.join(' | '))
    .option('-e <spec>', 'a TAO `quantize:` section as YAML; other options override it')
    .option('--mode <mode>', modes.join(' | '))
    .option('--algorithm <name>', offered('algorithms'))
    .option('--weights <dtype>', offered('weights'))
    .option('--activations <dtype>', offered('activationDtypes'))
    .option(
      '--calibration <data>',
      'an .npz with one array for each graph input, a .npy for one input, or images in a folder, a .zip or a .tar',
    )
    .option('--evaluation <data>', 'the same with labels (CLASS/IMAGE.jpg): measures top-1 accuracy before and after')
    .option('--preprocess <how>', 'of images: a YAML file, or resize=256,crop=224,mean=[…],std=[…]')
    .option('--batch-size <n>', 'samples in a calibration batch', positiveInteger)
    .option('--graph <file>', 'ONNX export of the same network, for a .pth')
    .option('--layers <pattern>', 'quantize what matches (fnmatch on names, then classes); repeatable', collect)
    .option('--skip <pattern>', 'leave alone what matches; repeatable', collect)
    .option('--set <key=value>', 'an option of the backend, of those below; repeatable', collect)
    .option('--compat <release>', `to the bit as ${releases()}: --set compat=…`)
    .option('--json', 'print the result as one line of JSON')
    .addHelpText('after', settingsHelp);
}

/** What any backend offers; which one offers what, the refusal says. */
function offered(list: 'algorithms' | 'weights' | 'activationDtypes'): string {
  return [...new Set(Object.values(catalogue).flatMap((card): readonly string[] => card[list]))].join(' | ');
}

/** `torchao-0.18 | torchao-0.17 (torchao) or modelopt-0.47 (modelopt.onnx)` */
function releases(): string {
  const cards = Object.values<BackendCard>(catalogue).filter((card) => releasesOf(card).length > 0);
  return cards.map((card) => `${releasesOf(card).join(' | ')} (${card.id})`).join(' or ');
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** More samples than this in one run are a slip of the finger, and no machine has the memory. */
const largestBatch = 1_000_000;

function positiveInteger(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= largestBatch) return value;
  throw new InputError(
    'RECIPE_INVALID',
    `--batch-size is ${JSON.stringify(text)}, not a whole number from 1 to ${largestBatch}`,
    {
      remedy: 'Leave it out, or write for example --batch-size 32.',
    },
  );
}
