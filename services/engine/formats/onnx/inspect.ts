import type { InspectedPort, InspectedTensor } from '#contract/inspection.ts';
import { elementCount } from '../element-count.ts';
import { denseBytes } from '../storage-bytes.ts';
import type { OnnxModel, OnnxPort } from './model.ts';

/** What `zeropoint inspect` and the dashboard show of a model. */
export type OnnxSummary = {
  /** Who wrote it, as far as the file says. */
  readonly producer: string | null;
  readonly parameters: number;
  readonly tensors: readonly InspectedTensor[];
  readonly inputs: readonly InspectedPort[];
  readonly outputs: readonly InspectedPort[];
  readonly notes: readonly string[];
};

/** `name` is what the user calls the model’s own file. */
export function inspectOnnx(model: OnnxModel, name: string): OnnxSummary {
  const { graph, rest } = model;
  const producer = [rest.producerName, rest.producerVersion].filter(Boolean).join(' ');
  return {
    producer: producer === '' ? null : producer,
    parameters: graph.initializers.reduce(
      (sum, tensor) => sum + (isFloat(tensor.dtype) ? elementCount(tensor.shape) : 0),
      0,
    ),
    tensors: graph.initializers.map((tensor) => ({
      name: tensor.name,
      dtype: tensor.dtype ?? 'unknown',
      shape: tensor.shape,
      bytes: tensor.dtype === null ? 0 : denseBytes({ dtype: tensor.dtype, shape: tensor.shape }),
    })),
    inputs: graph.inputs.map(inspectPort),
    outputs: graph.outputs.map(inspectPort),
    notes: [
      `Opset ${model.opsets.map((opset) => `${opset.domain ? `${opset.domain} ` : ''}${opset.version}`).join(', ')}, IR version ${model.irVersion}, ${graph.nodes.length} nodes.`,
      ...(graph.nodes.some((node) => node.op === 'QuantizeLinear' || node.op === 'DequantizeLinear')
        ? ['The model is quantized already.']
        : []),
      ...elsewhere(model, name),
    ],
  };
}

/** Where weights are that the model keeps in other files; small ones do not count. */
function elsewhere({ graph }: OnnxModel, name: string): readonly string[] {
  const files = new Set(graph.initializers.flatMap(({ source }) => source?.file?.name ?? []));
  files.delete(name);
  if (files.size === 0) return [];
  const [first] = files;
  return [`Its weights are in ${files.size === 1 ? first : `${files.size} other files, ${first} among them`}.`];
}

function isFloat(dtype: string | null): boolean {
  return dtype !== null && /^b?float/.test(dtype);
}

function inspectPort(port: OnnxPort): InspectedPort {
  return { name: port.name, dtype: port.dtype ?? 'unknown', shape: port.shape ?? [] };
}
