import { expect, test } from 'vitest';
import { whyNotSmaller } from './why-not-smaller.ts';

const linear = (verdict: string, ...shape: number[]) => ({ class: 'Linear', verdict, shape });
const conv = { class: 'Conv2d', verdict: 'NATIVE', shape: [64, 64, 3, 3] };
const norm = { class: 'LayerNorm', verdict: 'NATIVE', shape: [64] };

test.each([
  {
    label: 'convolutions with a small Linear',
    layers: [conv, linear('QUANTIZED', 10, 64)],
    says: 'Only Linear layers get smaller',
  },
  {
    label: 'Linears that a group does not divide',
    layers: [linear('NATIVE', 1000, 100), linear('NATIVE', 1000, 100), linear('QUANTIZED', 10, 128), norm],
    says: 'layers that stay as they are; the table says why',
  },
  {
    label: 'a large Linear that was skipped',
    layers: [linear('SKIPPED', 1000, 100), linear('QUANTIZED', 10, 128)],
    says: 'layers that stay as they are; the table says why',
  },
  {
    label: 'two tiny Linears',
    layers: [linear('QUANTIZED', 4, 8), linear('QUANTIZED', 8, 4)],
    says: 'so small that their scales',
  },
])('torchao of $label says why', ({ layers, says }) => {
  expect(whyNotSmaller({ backend: 'torchao', bytesBefore: 1000, bytesAfter: 970, layers })).toContain(says);
});

test.each([
  { backend: 'modelopt.pytorch', bytesAfter: 1010, says: 'it shows accuracy, not size' },
  { backend: 'modelopt.onnx', bytesAfter: 1000, says: 'when TensorRT builds the engine' },
])('$backend says why $bytesAfter bytes of 1000 are left', ({ says, ...plan }) => {
  expect(whyNotSmaller({ ...plan, bytesBefore: 1000, layers: [] })).toContain(says);
});

const large = linear('QUANTIZED', 1000, 1000);

test.each([
  { label: 'a file that became smaller', backend: 'torchao', bytesAfter: 969, layers: [conv] },
  { label: 'a backend it knows nothing of', backend: 'other', bytesAfter: 1000, layers: [conv] },
  { label: 'a plan that quantizes nothing', backend: 'torchao', bytesAfter: 1000, layers: [linear('NATIVE', 9, 9)] },
  { label: 'large layers beside something larger', backend: 'torchao', bytesAfter: 1000, layers: [large] },
])('says nothing of $label', ({ label: _, ...plan }) => {
  expect(whyNotSmaller({ ...plan, bytesBefore: 1000 })).toBeNull();
});
