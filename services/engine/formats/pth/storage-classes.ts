import type { Dtype } from '../dtype.ts';

/** `torch.FloatStorage` and its kin (torch/storage.py): the element type a storage's class says; null where the tensor says it. */
export const storageDtypes: ReadonlyMap<string, Dtype | null> = new Map<string, Dtype | null>([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
  ['ComplexFloatStorage', 'complex64'],
  ['ComplexDoubleStorage', 'complex128'],
  ['UntypedStorage', null],
]);

/** The storages of torch.ao's quantized tensors hold their integers. */
export const quantizedStorageDtypes: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ['QInt8Storage', 'int8'],
  ['QUInt8Storage', 'uint8'],
  ['QInt32Storage', 'int32'],
]);
