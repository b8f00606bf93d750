import { InputError } from '#contract/failure.ts';
import type { Preprocess, PreprocessWishes } from '#contract/preprocess.ts';
import type { ImageInput } from './image-input.ts';

export type Completed = {
  readonly preprocess: Preprocess;
  /** What was taken because nobody said otherwise: how large images become, and in which numbers they are told. */
  readonly guessed: { readonly size: boolean; readonly values: boolean };
};

/** Of torchvision's classifiers, trained on ImageNet. */
const imageNet = { resize: 256, side: 224, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/**
 * What is not wished is ImageNet's for an input of 224 pixels or of open size; for another size the shorter side becomes
 * so long and the middle is taken. Colours are normalized as on ImageNet, gray is left in 0 to 1, bytes are left alone.
 * `dataset` names the images. Errors: CALIBRATION_MISMATCH if the wishes do not fit the input.
 */
export function completePreprocess(dataset: string, wishes: PreprocessWishes, input: ImageInput): Completed {
  const [height, width] = [input.height ?? imageNet.side, input.width ?? imageNet.side];
  const isByte = input.dtype === 'uint8';
  const channels = wishes.color ? (wishes.color === 'gray' ? 1 : 3) : input.channels;
  const normalized = channels === 3 && !isByte && wishes.mean === undefined && wishes.std === undefined;
  const isImageNet = height === imageNet.side && width === imageNet.side;
  const shorter = isImageNet ? imageNet.resize : Math.max(height, width);
  const sized = wishes.resize !== undefined || wishes.crop !== undefined;
  const preprocess: Preprocess = {
    resize: wishes.resize ?? (sized ? null : shorter),
    interpolation: wishes.interpolation ?? 'bilinear',
    crop: wishes.crop ?? (sized && (wishes.crop === null || Array.isArray(wishes.resize)) ? null : [height, width]),
    color: wishes.color ?? (channels === 1 ? 'gray' : 'rgb'),
    scale: wishes.scale ?? (isByte ? 1 : 1 / 255),
    mean: perChannel(wishes.mean ?? (normalized ? inOrder(imageNet.mean, wishes) : [0]), channels, dataset),
    std: perChannel(wishes.std ?? (normalized ? inOrder(imageNet.std, wishes) : [1]), channels, dataset),
    layout: input.layout,
  };
  refuseMisfit(dataset, preprocess, input);
  return {
    preprocess,
    guessed: { size: !sized, values: !isByte && wishes.mean === undefined && wishes.std === undefined },
  };
}

/** A number for all channels stands for one each. Errors: CALIBRATION_MISMATCH. */
function perChannel(values: readonly number[], channels: number, dataset: string): readonly number[] {
  const [first] = values;
  if (values.length === channels) return values;
  if (values.length === 1 && first !== undefined) return Array.from({ length: channels }, () => first);
  throw new InputError(
    'CALIBRATION_MISMATCH',
    `The preprocessing of ${dataset} gives ${values.length} numbers as mean or std, and the images have ${channels} channel${channels === 1 ? '' : 's'}`,
    { remedy: 'Give one number for each channel, or one for all.' },
  );
}

function inOrder(values: readonly number[], { color }: PreprocessWishes): readonly number[] {
  return color === 'bgr' ? [...values].reverse() : values;
}

function refuseMisfit(dataset: string, { crop, resize, color }: Preprocess, input: ImageInput): void {
  const channels = color === 'gray' ? 1 : 3;
  const made = crop ?? (typeof resize === 'number' ? null : resize);
  const fits =
    channels === input.channels &&
    (made === null || ((input.height ?? made[0]) === made[0] && (input.width ?? made[1]) === made[1]));
  if (fits) return;
  const open = (side: number | null) => side ?? 'any';
  throw new InputError(
    'CALIBRATION_MISMATCH',
    `The preprocessing makes ${made ? `${made[0]}×${made[1]} pixels` : 'images'} of ${channels} channel${channels === 1 ? '' : 's'} (${color}) of ${dataset}, and ${input.name} takes ${open(input.height)}×${open(input.width)} of ${input.channels}`,
    { remedy: 'Say another crop, resize or color, or leave them out: then the graph’s own are taken.' },
  );
}
