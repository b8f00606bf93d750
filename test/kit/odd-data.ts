import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputFile } from '#contract/backend.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import { type NpzEntry, writeNpz } from './write-npz.ts';

/** What the `calibration_data` of a golden case says was done to the arrays of the zoo. */
const changes: Readonly<Record<string, (arrays: readonly NpzEntry[]) => readonly NpzEntry[]>> = {
  'one inf in sample 5': (arrays) => arrays.map((array) => withValue(array, Number.POSITIVE_INFINITY)),
  'one NaN in sample 5': (arrays) => arrays.map((array) => withValue(array, Number.NaN)),
  'one sample for a static batch of 4': (arrays) =>
    arrays.map((array) => withShape(array, [1, ...array.shape.slice(1)])),
  'last dimension one too small': (arrays) =>
    arrays.map((array) => withShape(array, [...array.shape.slice(0, -1), (array.shape.at(-1) ?? 0) - 1])),
  'dict with a wrong key': (arrays) => arrays.map((array) => ({ ...array, name: `wrong_${array.name}` })),
  'one array for a model with several inputs': (arrays) => arrays.slice(0, 1),
};

/** The file of float32 arrays with that change, in the folder; null for a change that an .npz cannot show. */
export async function oddData(what: unknown, file: InputFile, folder: string): Promise<InputFile | null> {
  const change = typeof what === 'string' ? changes[what] : undefined;
  if (!change) return null;
  const path = join(folder, `${String(what).replaceAll(' ', '-')}-${file.name}`);
  await writeFile(path, writeNpz(change(await arraysOf(file))));
  return { path, name: file.name };
}

async function arraysOf({ path, name }: InputFile): Promise<readonly NpzEntry[]> {
  const npz = await openNpz(path, name);
  try {
    return await Promise.all(
      npz.arrays.map(async (array) => {
        const bytes = await npz.readRows(array.name, 0, array.shape[0] ?? 0);
        return { ...array, values: new Float32Array(bytes.buffer) };
      }),
    );
  } finally {
    await npz.close();
  }
}

const oddSample = 5;

function withValue(array: NpzEntry, value: number): NpzEntry {
  const values = Float32Array.from(array.values, Number);
  values[oddSample * (values.length / (array.shape[0] ?? 1))] = value;
  return { ...array, values };
}

function withShape(array: NpzEntry, shape: readonly number[]): NpzEntry {
  const length = shape.reduce((product, size) => product * size, 1);
  return { ...array, shape, values: Float32Array.from(array.values, Number).subarray(0, length) };
}
