/**
 * How an image becomes a sample, in this order: orientation of its EXIF applied, alpha dropped, resized, cropped in the
 * middle, (value · scale − mean) / std. What torchvision's Resize, CenterCrop, ToTensor and Normalize do to a PIL image.
 */
export type Preprocess = {
  /** Length of the shorter side, or [height, width]; null: as it is. */
  readonly resize: number | readonly [height: number, width: number] | null;
  /** Kernels of PIL, which widen as an image gets smaller (antialias). */
  readonly interpolation: Interpolation;
  /** [height, width] from the middle; null: all of it. */
  readonly crop: readonly [height: number, width: number] | null;
  readonly color: Color;
  /** What a byte is multiplied with: 1/255. */
  readonly scale: number;
  /** One for each channel, in the order of `color`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly layout: Layout;
};

export const interpolations = ['bilinear', 'bicubic', 'lanczos'] as const;
export type Interpolation = (typeof interpolations)[number];

export const colors = ['rgb', 'bgr', 'gray'] as const;
export type Color = (typeof colors)[number];

export const layouts = ['nchw', 'nhwc'] as const;
export type Layout = (typeof layouts)[number];

/** In the order in which an image goes through them. */
export const preprocessKeys = [
  'resize',
  'interpolation',
  'crop',
  'color',
  'scale',
  'mean',
  'std',
  'layout',
] as const satisfies readonly (keyof Preprocess)[];

/** What somebody has said of it; the input of the graph decides the rest. */
export type PreprocessWishes = Partial<Preprocess>;
