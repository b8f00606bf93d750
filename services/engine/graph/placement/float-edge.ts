import type { OnnxNode } from '#engine/formats/onnx/model.ts';

/** An edge that stays float although the tensor it carries is quantized for others. */
export type FloatEdge = { readonly source: OnnxNode; readonly target: OnnxNode; readonly tensor: string };
