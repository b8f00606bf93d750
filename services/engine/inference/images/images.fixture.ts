import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { InputFile } from '#contract/backend.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

/** A float32 input of a graph. */
export function imagePort(shape: OnnxPort['shape'], dtype: OnnxPort['dtype'] = 'float32'): OnnxPort {
  return { name: 'x', dtype, shape, proto: { name: 'x' } };
}

/** A pattern without two equal rows or columns, as bytes of R, G and B. */
function pattern(width: number, height: number): Buffer {
  return Buffer.from(
    Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return (x * (7 + (i % 3) * 5) + y * (3 + (i % 3) * 11)) % 256;
    }),
  );
}

export function picture(width: number, height: number): Sharp {
  return sharp(pattern(width, height), { raw: { width, height, channels: 3 } });
}

/** Writes files by their paths inside a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** How the images of `digitImages` become what the demo's networks were trained on. */
export const digitsPreprocess = { resize: [28, 28], color: 'gray', mean: [0.1307], std: [0.3081] } as const;

/** The first samples of one of the demo's .npz as PNG files, by their paths: `LABEL/NUMBER.png`, or `NUMBER.png` without labels. */
export async function digitImages(npz: InputFile, count: number): Promise<Record<string, Uint8Array>> {
  const [mean] = digitsPreprocess.mean;
  const [std] = digitsPreprocess.std;
  const { arrays, readRows, close } = await openNpz(npz.path, npz.name);
  const values = new Float32Array((await readRows('input', 0, count)).buffer);
  const labelled = arrays.some(({ name }) => name === 'labels');
  const labels = labelled ? new BigInt64Array((await readRows('labels', 0, count)).buffer) : null;
  await close();
  const images: Record<string, Uint8Array> = {};
  for (let i = 0; i < count; i++) {
    const pixels = Uint8Array.from(values.subarray(i * 784, (i + 1) * 784), (value) =>
      Math.round((value * std + mean) * 255),
    );
    const path = `${labels ? `${labels[i]}/` : ''}${String(i).padStart(4, '0')}.png`;
    images[path] = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer();
  }
  return images;
}
