import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

/** A float32 input of a graph. */
export function imagePort(shape: OnnxPort['shape'], dtype: OnnxPort['dtype'] = 'float32'): OnnxPort {
  return { name: 'x', dtype, shape };
}

/** A pattern without two equal rows or columns, as bytes of R, G and B. */
export function pattern(width: number, height: number): Buffer {
  return Buffer.from(
    Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return (x * (7 + (i % 3) * 5) + y * (3 + (i % 3) * 11)) % 256;
    }),
  );
}

export function picture(width: number, height: number): sharp.Sharp {
  return sharp(pattern(width, height), { raw: { width, height, channels: 3 } });
}

/** Writes files by their paths inside a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}
