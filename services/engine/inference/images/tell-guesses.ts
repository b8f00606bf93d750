import type { Preprocess } from '#contract/preprocess.ts';
import type { Completed } from './complete-preprocess.ts';

/** What images are for, and what is wrong if they are not prepared as the network was trained. */
const consequences = { calibration: 'the scales are wrong', evaluation: 'the accuracy is not its own' } as const;

export type ImagesServe = keyof typeof consequences;

/** A sentence about what was guessed and makes a difference to these images, or none. */
export function tellGuesses(
  dataset: string,
  { preprocess, guessed }: Completed,
  { serve, sizes }: { readonly serve: ImagesServe; readonly sizes: readonly Size[] },
): readonly string[] {
  const changesSize = guessed.size && !(sizes.length > 0 && sizes.every((size) => keepsSize(size, preprocess)));
  const steps = [...(changesSize ? sizeSteps(preprocess) : []), ...(guessed.values ? valueSteps(preprocess) : [])];
  if (steps.length === 0) return [];
  return [
    `The preprocessing of ${dataset} was not said in full: its images are ${steps.join(', ')} (${preprocess.color}). If the network was trained otherwise, ${consequences[serve]}.`,
  ];
}

type Size = { readonly height: number; readonly width: number };

function keepsSize({ height, width }: Size, { resize, crop }: Preprocess): boolean {
  const resized = typeof resize === 'number' ? Math.min(height, width) === resize : isSize(resize, { height, width });
  return resized && isSize(crop, { height, width });
}

function isSize(asked: readonly [number, number] | null, { height, width }: Size): boolean {
  return asked === null || (asked[0] === height && asked[1] === width);
}

function sizeSteps({ resize, crop }: Preprocess): readonly string[] {
  return [
    resize === null
      ? 'not resized'
      : typeof resize === 'number'
        ? `resized to ${resize} on their shorter side`
        : `resized to ${resize.join('×')}`,
    ...(crop ? [`cropped to ${crop.join('×')}`] : []),
  ];
}

function valueSteps({ scale, mean, std }: Preprocess): readonly string[] {
  return [
    ...(scale === 1 ? [] : [`multiplied by ${scale === 1 / 255 ? '1/255' : scale}`]),
    ...(mean.every((one) => one === 0) && std.every((one) => one === 1)
      ? ['not normalized']
      : [`normalized with mean [${mean.join(', ')}] and std [${std.join(', ')}]`]),
  ];
}
