import { stat } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import type { ModelInspection } from '#contract/inspection.ts';
import { inspectOnnx } from '#engine/formats/onnx/inspect.ts';
import { readOnnxModel, withDataFiles } from '#engine/formats/onnx/read.ts';

export async function inspectOnnxFile(file: InputFile): Promise<ModelInspection> {
  const whole = await withDataFiles(file);
  const summary = inspectOnnx(await readOnnxModel(whole), file.name);
  return {
    kind: 'model',
    format: 'onnx',
    container: 'protobuf',
    wrapper: [],
    bytes: await bytesOf([whole, ...(whole.parts ?? [])]),
    shards: 1,
    tensorBytes: summary.tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    unknownGlobals: [],
    ...summary,
  };
}

async function bytesOf(files: readonly InputFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
