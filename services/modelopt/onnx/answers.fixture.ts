import { existsSync } from 'node:fs';
import type { InputFile } from '#contract/backend.ts';
import { openNpz } from '#engine/formats/npz/open.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import { openSession } from '#engine/inference/session.ts';
import { floats, integers, storedFloats, type TensorValue } from '#engine/inference/tensor-value.ts';
import { float16ToNumber, numberToFloat16 } from '#engine/numerics/float16.ts';
import { roundHalfEven } from '#engine/numerics/round-half-even.ts';
import { goldenFolder } from './conformance.fixture.ts';

/** Outputs of a model, by name. */
export type Answers = ReadonlyMap<string, readonly number[]>;

export type Feeds = ReadonlyMap<string, TensorValue>;

/** What ONNX Runtime computes of batches, node by node; an output is that of all of them, one after the other. */
export async function answersOf(model: OnnxModel, batches: readonly Feeds[]): Promise<Answers> {
  const session = await openSession(model, { device: 'cpu', name: 'the model', threads: 1 });
  try {
    const answers = new Map<string, readonly number[]>();
    for (const feeds of batches) {
      const fitting = [...feeds].map(([name, value]) => [name, inTypeOf(model, name, value)] as const);
      for (const [name, value] of await session.run(new Map(fitting), session.outputNames))
        answers.set(name, [...(answers.get(name) ?? []), ...numbersOf(value)]);
    }
    return answers;
  } finally {
    await session.close();
  }
}

/** What ONNX Runtime computed of the first batch with the model that ModelOpt made in each case; see make_modelopt_onnx.py. */
export async function goldenAnswers(model: string): Promise<ReadonlyMap<string, Answers>> {
  const path = `${goldenFolder}${model}.npz`;
  const cases = new Map<string, Map<string, readonly number[]>>();
  if (!existsSync(path)) return cases;
  const npz = await openNpz(path, `${model}.npz`);
  try {
    for (const { name, dtype, shape } of npz.arrays) {
      const [given = '', ...output] = name.split('/');
      const answers = cases.get(given) ?? new Map<string, readonly number[]>();
      const value = { dtype, shape, bytes: await npz.readRows(name, 0, shape[0] ?? 0) };
      cases.set(given, answers.set(output.join('/'), numbersOf(value)));
    }
    return cases;
  } finally {
    await npz.close();
  }
}

/** Batches as calibration takes them. Data are those of the float model, also where its inputs became integers or half. */
export async function batchesOf({ graph }: OnnxModel, file: InputFile): Promise<readonly Feeds[]> {
  const npz = await openNpz(file.path, file.name);
  const dtypes = new Map(npz.arrays.map(({ name, dtype }) => [name, dtype]));
  await npz.close();
  const ports = graph.inputs.map((port) => ({ ...port, dtype: dtypes.get(port.name) ?? port.dtype }));
  const dataset = await openDataset({ file, ports });
  try {
    const batches: Feeds[] = [];
    for (const portion of dataset.cut()) batches.push((await dataset.read(portion)).feeds);
    return batches;
  } finally {
    await dataset.close();
  }
}

/** An input in the type that the model takes it in: half, or the integers that its missing QuantizeLinear would make. */
function inTypeOf(model: OnnxModel, name: string, value: TensorValue): TensorValue {
  const dtype = model.graph.inputs.find((port) => port.name === name)?.dtype ?? value.dtype;
  if (dtype === value.dtype) return value;
  if (dtype === 'float16')
    return { ...value, dtype, bytes: new Uint8Array(Uint16Array.from(floats(value), numberToFloat16).buffer) };
  if (dtype !== 'int8') throw new Error(`${name} is ${value.dtype} in the data, and the model takes ${dtype}`);
  const scale = scaleOf(model, name);
  const codes = Int8Array.from(floats(value), (x) =>
    Math.max(-128, Math.min(127, roundHalfEven(Math.fround(x / scale)))),
  );
  return { ...value, dtype, bytes: new Uint8Array(codes.buffer) };
}

function scaleOf({ graph }: OnnxModel, input: string): number {
  const reader = graph.nodes.find(({ op, inputs }) => op === 'DequantizeLinear' && inputs[0] === input);
  const scale = graph.initializers.find(({ name }) => name === reader?.inputs[1]);
  if (!scale?.dtype) throw new Error(`${input} is read by no DequantizeLinear`);
  const [first = Number.NaN] = numbersOf({ dtype: scale.dtype, shape: scale.shape, bytes: tensorBytes(scale) });
  return first;
}

function numbersOf(value: TensorValue): readonly number[] {
  if (value.dtype === 'float16') return Array.from(storedFloats(value), float16ToNumber);
  return value.dtype === 'float32' ? Array.from(floats(value)) : integers(value);
}
