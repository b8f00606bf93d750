import { expect, test } from 'vitest';
import { whyNotSmaller } from './why-not-smaller.ts';

test.each([
  { backend: 'torchao', bytesAfter: 970, says: 'Only Linear layers' },
  { backend: 'modelopt.pytorch', bytesAfter: 1010, says: 'it shows accuracy, not size' },
  { backend: 'modelopt.onnx', bytesAfter: 1000, says: 'when TensorRT builds the engine' },
])('$backend says why $bytesAfter bytes of 1000 are left', ({ backend, bytesAfter, says }) => {
  expect(whyNotSmaller({ backend, bytesBefore: 1000, bytesAfter })).toContain(says);
});

test.each([
  { label: 'a file that became smaller', backend: 'torchao', bytesAfter: 969 },
  { label: 'a backend it knows nothing of', backend: 'other', bytesAfter: 1000 },
])('says nothing of $label', ({ backend, bytesAfter }) => {
  expect(whyNotSmaller({ backend, bytesBefore: 1000, bytesAfter })).toBeNull();
});
