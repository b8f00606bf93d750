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
  /** Absent: `as written`. */
  readonly kernels?: keyof typeof kernelChoices;
};

/**
 * `as written` computes node by node, as ModelOpt's calibration does, so that every tensor is what the graph says.
 * `fastest` lets the runtime fuse and reorder in floating point, for outputs alone; a Q/DQ pair still rounds where it
 * stands and is never merged into an integer kernel, whose results depend on the processor.
 */
const kernelChoices = {
  'as written': { graphOptimizationLevel: 'disabled', session: {} },
  fastest: { graphOptimizationLevel: 'all', session: { disable_quant_qdq: '1' } },
} as const;

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
 * A session of ONNX Runtime over a model that `readOnnxModel` has checked. The memory arena is off, so that memory goes
 * back after each run, and idle threads sleep instead of spinning: runs share a machine.
 * Errors: NOT_A_MODEL with the runtime's reason if it refuses the graph.
 */
export async function openSession(model: OnnxModel, options: SessionOptions): Promise<Session> {
  const { session, device, warnings } = await onDevice(model, options);
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
        throw new InputError('CORRUPT_FILE', `${options.name} cannot be computed: ${reason(cause)}`, {
          remedy: 'Run it in onnxruntime with the same data, and export the network again where that fails too.',
          cause,
        });
      });
      return new Map(outputs.map((output) => [output, take(results[output], output)]));
    },
    close: () => session.release(),
  };
}

/** The device that is asked for, or the CPU with a warning: what the runtime lists may still lack its library or its card. */
async function onDevice(
  model: OnnxModel,
  options: SessionOptions,
): Promise<{ session: InferenceSession; device: string; warnings: readonly string[] }> {
  const [kind = ''] = options.device.split(':');
  const provider = providers[kind] ?? kind;
  if (provider === '' || provider === 'cpu')
    return { session: await create(model, options, []), device: 'cpu', warnings: [] };
  if (!unusable.has(provider)) {
    const listed = listSupportedBackends().some((backend) => backend.name === provider);
    const session = listed ? await create(model, options, [provider]).catch(() => null) : null;
    if (session) return { session, device: provider, warnings: [] };
  }
  const session = await create(model, options, []);
  unusable.add(provider);
  return {
    session,
    device: 'cpu',
    warnings: [`ONNX Runtime cannot use ${provider} on this machine; the CPU is used instead of ${options.device}.`],
  };
}

/** TAO's words for devices that ONNX Runtime calls otherwise. */
const providers: Readonly<Record<string, string>> = { trt: 'tensorrt' };

/** Each failed attempt costs time and a line on stderr, and a library does not appear while a process runs. */
const unusable = new Set<string>();

async function create(
  model: OnnxModel,
  { name, kernels = 'as written' }: SessionOptions,
  accelerators: readonly string[],
): Promise<InferenceSession> {
  const { graphOptimizationLevel, session } = kernelChoices[kernels];
  return InferenceSession.create(encodeModel(model), {
    executionProviders: [...accelerators, { name: 'cpu', useArena: false }],
    graphOptimizationLevel,
    extra: { session: { ...session, intra_op: { allow_spinning: '0' } } },
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw new InputError('NOT_A_MODEL', `ONNX Runtime refuses ${name}: ${reason(cause)}`, {
      remedy: 'Check it with onnx.checker.check_model, and export the network again.',
      cause,
    });
  });
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
