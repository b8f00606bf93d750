import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const formats = ['pth', 'safetensors', 'npz', 'onnx'] as const;
export type Format = (typeof formats)[number];

/** A sound file to begin with. */
export type SeedFile = { readonly name: string; readonly bytes: Buffer };

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const endings: Readonly<Record<Format, readonly string[]>> = {
  pth: ['.pth', '.pt', '.ckpt', '.pt2'],
  safetensors: ['.safetensors'],
  npz: ['.npz'],
  onnx: ['.onnx'],
};
const folders = ['pth-zoo', 'safetensors', 'onnx-zoo', 'demo', 'hostile/pth', 'hostile/safetensors', 'hostile/npz'];

/** Large files are changed in too few places to be worth their time. */
const MOST_BYTES = 200_000;

/** The sound fixtures of a format, in an order that does not depend on the machine. */
export function corpusOf(format: Format): readonly SeedFile[] {
  return folders
    .flatMap((folder) => readdirSync(fixtures + folder).map((name) => `${fixtures}${folder}/${name}`))
    .filter((path) => endings[format].includes(extname(path)))
    .filter((path) => !path.includes('hostile') || path.includes('control'))
    .sort()
    .map((path) => ({ name: basename(path), bytes: readFileSync(path) }))
    .filter(({ bytes }) => bytes.length > 16 && bytes.length <= MOST_BYTES);
}
