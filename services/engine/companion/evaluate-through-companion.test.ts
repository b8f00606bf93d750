import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { demoFile } from '#kit/demo-file.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { evaluateThroughCompanion } from './evaluate-through-companion.ts';
import { heldWeights } from './weights/weight-source.ts';

test('the weights in the graph decide: with zeros in the head, one class is left', async () => {
  const file = demoFile('digits-cnn.pth');
  const checkpoint = await openCheckpoint(file.path, file.name);
  onTestFinished(() => checkpoint.close());
  const { float, quantized } = await evaluateThroughCompanion({
    checkpoint,
    graph: demoFile('digits-cnn.onnx'),
    replacements: heldWeights(new Map([['fc.weight', new Float32Array(640)]])),
    scratch: tmpdir(),
    evaluation: demoFile('evaluation.npz'),
    batchSize: 512,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  expect(float).toEqual({ correct: 1477, total: 1488 });
  // The class of the largest bias; no class has more than 168 of the images.
  expect(quantized.correct).toBeGreaterThan(100);
  expect(quantized.correct).toBeLessThanOrEqual(168);
}, 60_000);
