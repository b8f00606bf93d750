import { openNpz } from '#engine/formats/npz/open.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { openSession } from '#engine/inference/session.ts';
import { floats, type TensorValue } from '#engine/inference/tensor-value.ts';
import { type ParityNet, parityFile } from '#kit/parity-net.ts';

/** The samples of a network, or the outputs of PyTorch on them: `float`, and of every case. */
async function parityArrays(
  net: ParityNet,
  which: 'evaluation' | 'outputs',
): Promise<ReadonlyMap<string, TensorValue>> {
  const { path, name } = parityFile(`${net}.${which}.npz`);
  const npz = await openNpz(path, name);
  try {
    const arrays = new Map<string, TensorValue>();
    for (const { name: array, dtype, shape } of npz.arrays)
      arrays.set(array, { dtype, shape, bytes: await npz.readRows(array, 0, shape[0] ?? 0) });
    return arrays;
  } finally {
    await npz.close();
  }
}

/** What a graph answers to them in ONNX Runtime. */
export async function answersOf(model: OnnxModel, net: ParityNet): Promise<Float32Array> {
  const session = await openSession(model, { device: 'cpu', name: 'the Q/DQ graph', threads: 1 });
  try {
    const [output = ''] = session.outputNames;
    const answer = (await session.run(await parityArrays(net, 'evaluation'), [output])).get(output);
    return answer ? Float32Array.from(floats(answer)) : new Float32Array();
  } finally {
    await session.close();
  }
}

export async function expectedAnswers(net: ParityNet, given: string): Promise<Float32Array> {
  const answer = (await parityArrays(net, 'outputs')).get(given);
  if (!answer) throw new Error(`${net} has no outputs of ${given}`);
  return Float32Array.from(floats(answer));
}

export const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

export const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0));
