import type { InputFile } from '#contract/backend.ts';
import type { DatasetInspection } from '#contract/inspection.ts';
import { openNpy, theArray } from '#engine/formats/npy/open.ts';
import { denseBytes } from '#engine/formats/storage-bytes.ts';

/** Samples for a graph with one input. Errors: those of `openNpy`; UNSUPPORTED for samples that are NaN or infinite. */
export async function inspectNpy({ path, name }: InputFile): Promise<DatasetInspection> {
  const npy = await openNpy(path, name);
  await npy.requireFinite().finally(() => npy.close());
  const { dtype, shape, bytes } = npy;
  return {
    kind: 'dataset',
    format: 'npy',
    bytes,
    samples: shape[0] ?? 0,
    arrays: [{ name: theArray, dtype, shape, bytes: denseBytes({ dtype, shape }) }],
    labels: null,
  };
}
