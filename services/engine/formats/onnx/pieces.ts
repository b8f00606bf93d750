import { encodeAround } from './encode.ts';
import { onnx } from './generated/messages.js';
import { fields, messageHead } from './message-head.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { tensorLength } from './tensor.ts';

/** Bytes, or the data of a tensor, which are read only when they are written. */
export type Piece = Uint8Array | OnnxTensor;

/** The model as protobuf with all its data inside, in pieces that follow each other. */
export function modelPieces(model: OnnxModel): readonly Piece[] {
  const around = encodeAround(model);
  const graph = [around.graph, ...model.graph.initializers.flatMap(initializerPieces)];
  return [around.model, messageHead(fields.graph, totalSize(graph)), ...graph];
}

/** In bytes. */
export function totalSize(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
}

export function sizeOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : tensorLength(piece);
}

function initializerPieces(tensor: OnnxTensor): readonly Piece[] {
  const head = onnx.TensorProto.encode(tensor.proto).finish();
  if (!tensor.source) return [messageHead(fields.initializer, head.length), head];
  const body = [head, messageHead(fields.rawData, tensorLength(tensor)), tensor];
  return [messageHead(fields.initializer, totalSize(body)), ...body];
}
