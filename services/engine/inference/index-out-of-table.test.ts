import { expect, test } from 'vitest';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { openSession } from './session.ts';

const int64 = 7;

/** Rows of a table of 4, by an input of integers. */
function lookingUp(between: 'Identity' | 'Abs'): OnnxModel {
  const model = smallModel({
    weights: { table: [4, 2] },
    nodes: [
      { op: 'Cast', in: ['ids'], out: 'cast', attributes: [makeInt('to', int64)] },
      { op: between, in: ['cast'], out: 'indices' },
      { op: 'Gather', in: ['table', 'indices'], out: 'y', name: '/emb/Gather' },
    ],
    inputs: { ids: ['n'] },
    outputs: ['y'],
  });
  const inputs = model.graph.inputs.map((port) => ({
    ...port,
    dtype: 'int64' as const,
    proto: { ...port.proto, type: { tensorType: { ...port.proto.type?.tensorType, elemType: int64 } } },
  }));
  return { ...model, graph: { ...model.graph, inputs } };
}

async function failureOf(between: 'Identity' | 'Abs', ids: readonly bigint[]): Promise<unknown> {
  const session = await openSession(lookingUp(between), { device: 'cpu', name: 'small.onnx' });
  const bytes = new Uint8Array(BigInt64Array.from(ids).buffer);
  const feeds = new Map([['ids', { dtype: 'int64' as const, shape: [ids.length], bytes }]]);
  return session.run(feeds, ['y']).then(
    () => null,
    (error: unknown) => error,
  );
}

test('an index beyond the table is a fault of the data, told with the input, the value and the rows', async () => {
  expect(await failureOf('Identity', [0n, 3n])).toBeNull();
  expect(await failureOf('Identity', [0n, 565n])).toMatchObject({
    code: 'CALIBRATION_MISMATCH',
    message:
      'The data has the value 565 for the input ids of small.onnx, and table, in which the Gather node /emb/Gather looks it up, has 4 rows: 0 to 3.',
    remedy: expect.stringMatching(/^Mend the data: a value beyond 3/),
  });
});

test('indices that the graph computes are a fault of the graph', async () => {
  expect(await failureOf('Abs', [-9n])).toMatchObject({
    code: 'CORRUPT_FILE',
    message: expect.stringMatching(/^small\.onnx cannot be computed at the Gather node \/emb\/Gather: /),
  });
});
