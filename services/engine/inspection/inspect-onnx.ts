import { stat } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import type { ModelInspection } from '#contract/inspection.ts';
import { inspectOnnx } from '#engine/formats/onnx/inspect.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';

export async function inspectOnnxFile(file: InputFile): Promise<ModelInspection> {
  const summary = inspectOnnx(await readOnnxModel(file), file.name);
  const { size } = await stat(file.path);
  return {
    kind: 'model',
    format: 'onnx',
    container: 'protobuf',
    wrapper: [],
    bytes: size,
    shards: 1,
    tensorBytes: summary.tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    unknownGlobals: [],
    ...summary,
  };
}
