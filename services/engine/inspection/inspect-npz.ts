import type { InputFile } from '#contract/backend.ts';
import type { DatasetInspection } from '#contract/inspection.ts';
import { type NpzArray, openNpz } from '#engine/formats/npz/open.ts';
import { denseBytes } from '#engine/formats/storage-bytes.ts';

/** Errors: those of `openNpz`; UNSUPPORTED for samples that are NaN or infinite, of which nothing can be measured. */
export async function inspectNpz({ path, name }: InputFile): Promise<DatasetInspection> {
  const npz = await openNpz(path, name);
  await npz.requireFinite().finally(() => npz.close());
  const labels = findLabels(npz.arrays);
  const samples = npz.arrays.find((array) => array !== labels) ?? labels;
  return {
    kind: 'dataset',
    format: 'npz',
    bytes: npz.bytes,
    samples: samples?.shape[0] ?? 0,
    arrays: npz.arrays.map(({ name: array, dtype, shape }) => ({
      name: array,
      dtype,
      shape,
      bytes: denseBytes({ dtype, shape }),
    })),
    labels: labels?.name ?? null,
  };
}

/** Integers of rank 1, as many as another array has samples; one that is called so, if there are several. */
function findLabels(arrays: readonly NpzArray[]): NpzArray | undefined {
  const candidates = arrays.filter(({ dtype, shape }) => /^u?int/.test(dtype) && shape.length === 1);
  const beside = candidates.filter((candidate) =>
    arrays.some((other) => other !== candidate && other.shape[0] === candidate.shape[0]),
  );
  return beside.find(({ name }) => /label|target|^y$/i.test(name)) ?? beside[0];
}
