import { InputError } from '#contract/failure.ts';
import type { Layout } from '#contract/preprocess.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

/** The input of a graph that takes images. */
export type ImageInput = {
  readonly name: string;
  readonly dtype: ImageDtype;
  readonly layout: Layout;
  readonly channels: 1 | 3;
  /** Null where the graph leaves them open. */
  readonly height: number | null;
  readonly width: number | null;
};

const imageDtypes = ['float32', 'float16', 'uint8'] as const;
export type ImageDtype = (typeof imageDtypes)[number];

type Shape = NonNullable<OnnxPort['shape']>;

/**
 * Errors: CALIBRATION_MISMATCH unless the graph has one input, of rank 4 with 1 or 3 channels in the second or the last
 * place (or where `layout` says), in one of `imageDtypes`.
 */
export function imageInput(dataset: string, ports: readonly OnnxPort[], layout: Layout | undefined): ImageInput {
  const [port, ...others] = ports;
  if (!port || others.length > 0)
    throw mismatch(
      `${dataset} holds images, which feed one input; the graph takes ${ports.length}: ${ports.map(({ name }) => name).join(', ')}`,
    );
  const dtype = imageDtypes.find((one) => one === port.dtype);
  const places = layout ? [layout] : (['nchw', 'nhwc'] as const);
  const found = port.shape?.length === 4 ? places.find((place) => channelsIn(port.shape ?? [], place)) : undefined;
  if (!dtype || !port.shape || !found)
    throw mismatch(
      `${dataset} holds images, and ${port.name} takes ${port.dtype ?? 'an unsupported type'} ${port.shape ? `[${port.shape.map((one) => one ?? '?').join(', ')}]` : 'of any shape'}; images become ${imageDtypes.join(', ')} ${places.map((place) => shapes[place]).join(' or ')} with C = 1 or 3`,
    );
  const [heightAt, widthAt] = found === 'nchw' ? [2, 3] : [1, 2];
  const channels = channelsIn(port.shape, found) ?? 3;
  return {
    name: port.name,
    dtype,
    layout: found,
    channels,
    height: side(port.shape[heightAt]),
    width: side(port.shape[widthAt]),
  };
}

const shapes: Readonly<Record<Layout, string>> = { nchw: '[N, C, H, W]', nhwc: '[N, H, W, C]' };

function channelsIn(shape: Shape, layout: Layout): 1 | 3 | undefined {
  const count = shape[layout === 'nchw' ? 1 : 3];
  return count === 1 || count === 3 ? count : undefined;
}

function side(dimension: Shape[number] | undefined): number | null {
  return typeof dimension === 'number' && dimension > 0 ? dimension : null;
}

function mismatch(what: string): InputError {
  return new InputError('CALIBRATION_MISMATCH', what, {
    remedy: 'Save an .npz with an array for each input of the graph instead: numpy.savez(path, **arrays).',
  });
}
