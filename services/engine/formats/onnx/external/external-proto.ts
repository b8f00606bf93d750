import type { TensorProto } from '../encode.ts';
import type { OnnxTensor } from '../model.ts';
import { tensorLength } from '../tensor.ts';

/** The tensor with its data at a place in another file. `location` is relative to the folder of the model. */
export function externalProto(tensor: OnnxTensor, place: { location: string; offset: number }): TensorProto {
  return {
    ...withoutData(tensor.proto),
    dataLocation: 1,
    externalData: [
      { key: 'location', value: place.location },
      { key: 'offset', value: String(place.offset) },
      { key: 'length', value: String(tensorLength(tensor)) },
    ],
  };
}

/** Name, type and shape, and what else is said of the tensor. */
export function withoutData(proto: TensorProto): TensorProto {
  const { rawData, floatData, doubleData, int32Data, int64Data, uint64Data, stringData, ...head } = proto;
  return head;
}
