import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Dtype } from '#engine/formats/dtype.ts';
import type { OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';
import { parseOnnxModel } from '#engine/formats/onnx/read.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { removeUnused } from '../insert/remove-unused.ts';
import { castAttention } from './cast-attention.ts';
import { foldWeights } from './fold-weights.ts';
import type { HalfDtype } from './half-support.ts';
import { quantizedInputs } from './quantized-inputs.ts';
import { toFloat8 } from './to-float8.ts';
import { toHalf } from './to-half.ts';

/** What ModelOpt 0.47.0's own functions made of the same models (test/golden/make_onnx_precision.py). */
type Golden = Described & {
  title: string;
  half?: HalfDtype;
  keptOps?: readonly string[];
  directIo?: boolean;
  fp8?: boolean;
  attention?: boolean;
  dqOnly?: boolean;
};

type Described = {
  operators: Readonly<Record<string, number>>;
  inputs: Readonly<Record<string, string>>;
  outputs: Readonly<Record<string, string>>;
  /** Type, shape and the beginning of the sha256 of each initializer, with how often it is there. */
  constants: Readonly<Record<string, number>>;
};

const folder = fileURLToPath(new URL('../../../../test/golden/onnx-precision/', import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.replace('.json', '')] : []));

describe.each(names)('%s', (name) => {
  const goldens: Golden[] = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
  const model = parseOnnxModel(readFileSync(`${folder}${name}.onnx`), name);

  test.each(goldens)('$title', (golden) => {
    const { operators, inputs, outputs, constants } = golden;
    expect(describeModel(converted(model, golden))).toEqual({ operators, inputs, outputs, constants });
  });
});

const compat = 'modelopt-0.47';

function converted(model: OnnxModel, golden: Golden): OnnxModel {
  const types = new Map(model.graph.valueInfo.map((port) => [port.name, port.dtype]));
  let current = model;
  if (golden.half) {
    const opsets = [{ domain: '', version: golden.half === 'bfloat16' ? 22 : 19 }];
    current = toHalf(
      { ...current, opsets },
      {
        dtype: golden.half,
        keptOps: new Set(golden.keptOps),
        directIo: golden.directIo ?? false,
        typeOf: (tensor) => types.get(tensor) ?? null,
        compat,
      },
    );
  }
  if (golden.attention) current = castAttention(current);
  if (golden.fp8) current = toFloat8(current, { scale: 'modelopt', compat });
  if (golden.dqOnly) current = foldWeights(current);
  if (golden.directIo) current = quantizedInputs(current);
  return { ...current, graph: removeUnused(current.graph) };
}

function describeModel({ graph }: OnnxModel): Described {
  return {
    operators: counted(graph.nodes.map((node) => node.op)),
    inputs: portTypes(graph.inputs),
    outputs: portTypes(graph.outputs),
    constants: counted(
      graph.initializers.map((tensor) => {
        const sha256 = createHash('sha256').update(tensorBytes(tensor)).digest('hex').slice(0, 16);
        return `${onnxName(tensor.dtype)} [${tensor.shape.join(', ')}] ${sha256}`;
      }),
    ),
  };
}

function portTypes(ports: readonly OnnxPort[]): Record<string, string> {
  return Object.fromEntries(ports.map(({ name, dtype }) => [name, onnxName(dtype)]));
}

function onnxName(dtype: Dtype | null): string {
  return dtype === 'float32' ? 'float' : dtype === 'float8_e4m3fn' ? 'float8e4m3fn' : (dtype ?? 'undefined');
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
