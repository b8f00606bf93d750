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

export function inspectOnnx(model: OnnxModel): OnnxSummary {
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
    ],
  };
}

function isFloat(dtype: string | null): boolean {
  return dtype !== null && /^b?float/.test(dtype);
}

function inspectPort(port: OnnxPort): InspectedPort {
  return { name: port.name, dtype: port.dtype ?? 'unknown', shape: port.shape ?? [] };
}
