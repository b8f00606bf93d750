import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { InputError } from '#contract/failure.ts';
import { type Dtype, dtypes } from '#engine/formats/dtype.ts';
import { encodeModel } from '#engine/formats/onnx/encode.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readTensor, type TensorValue, toFeed } from './tensor-value.ts';

export type SessionOptions = {
  /** `cpu`, `cuda`, `cuda:1`, `webgpu`; what the machine lacks becomes the CPU, with a warning. */
  readonly device: string;
  /** What messages call the model. */
  readonly name: string;
};

export type Session = {
  readonly device: string;
  readonly warnings: readonly string[];
  readonly outputNames: readonly string[];
  /** Element types of the outputs that are tensors of a type known here. */
  readonly outputTypes: ReadonlyMap<string, Dtype>;
  /** Errors: CORRUPT_FILE with the runtime's reason if the graph cannot be computed. */
  run(feeds: ReadonlyMap<string, TensorValue>, outputs: readonly string[]): Promise<ReadonlyMap<string, TensorValue>>;
  close(): Promise<void>;
};

/**
 * A session of ONNX Runtime over a model that `readOnnxModel` has checked. Graph optimizations and the memory arena
 * are off, as in ModelOpt's calibration: every tensor is then what the graph as written computes, a DequantizeLinear
 * is never fused away, and memory goes back after each run.
 * Errors: NOT_A_MODEL with the runtime's reason if it refuses the graph.
 */
export async function openSession(model: OnnxModel, options: SessionOptions): Promise<Session> {
  const { provider, device, warnings } = chooseProvider(options.device);
  const session = await create(encodeModel(model), [...(provider ? [provider] : []), 'cpu'], options.name);
  return {
    device,
    warnings,
    outputNames: session.outputNames,
    outputTypes: new Map(
      session.outputMetadata.flatMap((output) =>
        output.isTensor && isDtype(output.type) ? [[output.name, output.type]] : [],
      ),
    ),
    async run(feeds, outputs) {
      const values = Object.fromEntries([...feeds].map(([name, value]) => [name, toFeed(value)]));
      const results = await session.run(values, [...outputs]).catch((cause: unknown) => {
        throw new InputError('CORRUPT_FILE', `${options.name} cannot be computed: ${reason(cause)}`, { cause });
      });
      return new Map(outputs.map((output) => [output, take(results[output], output)]));
    },
    close: () => session.release(),
  };
}

async function create(bytes: Uint8Array, providers: string[], name: string): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: providers.map((provider) => (provider === 'cpu' ? { name: 'cpu', useArena: false } : provider)),
    graphOptimizationLevel: 'disabled',
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw new InputError('NOT_A_MODEL', `ONNX Runtime refuses ${name}: ${reason(cause)}`, { cause });
  });
}

function chooseProvider(asked: string): { provider: string | null; device: string; warnings: readonly string[] } {
  const wanted = asked.split(':')[0] === 'trt' ? 'tensorrt' : (asked.split(':')[0] ?? 'cpu');
  if (wanted === 'cpu' || wanted === '') return { provider: null, device: 'cpu', warnings: [] };
  if (listSupportedBackends().some((backend) => backend.name === wanted)) {
    return { provider: wanted, device: wanted, warnings: [] };
  }
  return {
    provider: null,
    device: 'cpu',
    warnings: [`ONNX Runtime here has no ${wanted}; the CPU is used instead of ${asked}.`],
  };
}

/** The runtime's message is one line of code names and then the point; people need the point. */
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replaceAll(/\s+/g, ' ').slice(0, 400);
}

function take(value: unknown, name: string): TensorValue {
  if (value instanceof Tensor) return readTensor(value);
  throw new Error(`ONNX Runtime gave no tensor for ${name}`);
}

function isDtype(type: string): type is Dtype {
  return Object.hasOwn(dtypes, type);
}
