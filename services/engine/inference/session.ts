import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Dtype, dtypes } from '#engine/formats/dtype.ts';
import { forRuntime } from '#engine/formats/onnx/for-runtime.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { keepTransposes } from '#engine/graph/prepare/keep-transposes.ts';
import { onDevice, type Provider } from './execution-providers.ts';
import { indexOutOfTable } from './index-out-of-table.ts';
import { cannotCompute, refusesGraph } from './runtime-errors.ts';
import { readTensor, type TensorValue, toFeed } from './tensor-value.ts';

export type SessionOptions = {
  /** `cpu`, `cuda`, `cuda:1`, `trt`, `webgpu`; what the machine lacks becomes the CPU, with a warning. */
  readonly device: string;
  /** What messages call the model. */
  readonly name: string;
  /** Absent: `as written`. */
  readonly kernels?: KernelChoice;
  /** `kept` from run to run for its like, which is faster; absent: given back after each, since runs share a machine. */
  readonly memory?: 'kept' | 'returned';
  /** Processors that a run may use; absent: all. With 1, which suffices where nothing is run, no thread is started. */
  readonly threads?: number;
};

export type KernelChoice = keyof typeof kernelChoices;

/**
 * `as written` computes node by node, as ModelOpt's calibration does, so that every tensor is what the graph says.
 * `fastest` lets the runtime fuse and reorder in floating point, for outputs alone; a Q/DQ pair still rounds where it
 * stands and is never merged into an integer kernel, whose results depend on the processor. ReluQuantRewrite drops a Relu
 * before a QuantizeLinear with the zero point 0 of FP8, which has negative numbers too.
 */
const kernelChoices = {
  'as written': { graphOptimizationLevel: 'disabled', session: {}, extra: {} },
  fastest: {
    graphOptimizationLevel: 'all',
    session: { disable_quant_qdq: '1' },
    extra: { optimization: { disable_specified_optimizers: 'ReluQuantRewrite' } },
  },
} as const;

export type Session = {
  readonly device: string;
  readonly warnings: readonly string[];
  readonly outputNames: readonly string[];
  /** Element types of the outputs that are tensors of a type known here. */
  readonly outputTypes: ReadonlyMap<string, Dtype>;
  /** As the runtime infers them when it loads the graph; a dimension that is open is its name, which may be empty. */
  readonly outputShapes: ReadonlyMap<string, readonly (number | string)[]>;
  /** Errors: CORRUPT_FILE with the runtime's reason if the graph cannot be computed; CALIBRATION_MISMATCH if an index of the data is beyond a table. */
  run(feeds: ReadonlyMap<string, TensorValue>, outputs: readonly string[]): Promise<ReadonlyMap<string, TensorValue>>;
  close(): Promise<void>;
};

/**
 * A session of ONNX Runtime over a model that `readOnnxModel` has checked. Idle threads sleep instead of spinning: runs
 * share a machine.
 * Errors: NOT_A_MODEL with the runtime's reason if it refuses the graph.
 */
export async function openSession(model: OnnxModel, options: SessionOptions): Promise<Session> {
  const { session, device, warnings } = await onDevice(options.device, (accelerators) =>
    create(model, options, accelerators),
  );
  return {
    device,
    warnings,
    outputNames: session.outputNames,
    outputTypes: new Map(
      session.outputMetadata.flatMap((output) =>
        output.isTensor && isDtype(output.type) ? [[output.name, output.type]] : [],
      ),
    ),
    outputShapes: new Map(
      session.outputMetadata.flatMap((output) => (output.isTensor ? [[output.name, output.shape]] : [])),
    ),
    async run(feeds, outputs) {
      const values = Object.fromEntries([...feeds].map(([name, value]) => [name, toFeed(value)]));
      const results = await session.run(values, [...outputs]).catch((cause: unknown) => {
        throw indexOutOfTable(model, { name: options.name, feeds, cause }) ?? cannotCompute(options.name, cause);
      });
      return new Map(outputs.map((output) => [output, take(results[output], output)]));
    },
    close: () => session.release(),
  };
}

async function create(
  model: OnnxModel,
  { name, kernels = 'as written', memory = 'returned', threads }: SessionOptions,
  accelerators: readonly Provider[],
): Promise<InferenceSession> {
  const { graphOptimizationLevel, session, extra } = kernelChoices[kernels];
  const { bytes, folder } = forRuntime(keepTransposes(model), name);
  const options: InferenceSession.SessionOptions = {
    executionProviders: [...accelerators, { name: 'cpu', useArena: memory === 'kept' }],
    graphOptimizationLevel,
    extra: {
      ...extra,
      session: {
        ...session,
        intra_op: { allow_spinning: '0' },
        ...(folder === null ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
    enableCpuMemArena: memory === 'kept',
    enableMemPattern: false,
    logSeverityLevel: 4,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  return InferenceSession.create(bytes, options).catch((cause: unknown) => {
    throw refusesGraph(model, name, cause);
  });
}

function take(value: unknown, name: string): TensorValue {
  if (value instanceof Tensor) return readTensor(value);
  throw new Error(`ONNX Runtime gave no tensor for ${name}`);
}

function isDtype(type: string): type is Dtype {
  return Object.hasOwn(dtypes, type);
}
