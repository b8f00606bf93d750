import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { faultOf, type ProviderFault } from './provider-fault.ts';

export type Provider = InferenceSession.ExecutionProviderConfig;

type OnDevice<T> = { readonly session: T; readonly device: string; readonly warnings: readonly string[] };

/**
 * A session on the device that is asked for, or on the CPU with a warning that says why: what the runtime lists may
 * still lack its library or its card, or not take this graph. A provider takes the nodes that it has kernels for and
 * leaves the others to the next.
 */
export async function onDevice<T>(
  device: string,
  create: (accelerators: readonly Provider[]) => Promise<T>,
): Promise<OnDevice<T>> {
  const { kind, id } = parse(device);
  const wanted = (accelerators[kind] ?? other(kind))(id);
  if (wanted.length === 0) return { session: await create([]), device: 'cpu', warnings: [] };
  const attempt = await onAccelerator(wanted, create);
  if ('session' in attempt) return { ...attempt, warnings: [] };
  // A graph that the runtime refuses for its own sake is refused here too, and the device is not to blame.
  return { session: await create([]), device: 'cpu', warnings: [warningOf(attempt, { device, wanted })] };
}

type Attempt<T> = ProviderFault | { readonly session: T; readonly device: string };

async function onAccelerator<T>(
  wanted: readonly Accelerator[],
  create: (accelerators: readonly Provider[]) => Promise<T>,
): Promise<Attempt<T>> {
  const key = JSON.stringify(wanted);
  const known = unusable.get(key);
  if (known !== undefined) return { blames: 'provider', reason: known };
  const listed = new Set(listSupportedBackends().map(({ name }) => name));
  const usable = wanted.filter(({ name }) => listed.has(name));
  const [first] = usable;
  try {
    if (!first) throw new Error('this build of ONNX Runtime has no such execution provider');
    return { session: await create(usable), device: first.name };
  } catch (cause) {
    const fault = faultOf(cause);
    if (fault.blames === 'provider') unusable.set(key, fault.reason);
    return fault;
  }
}

function warningOf(
  { blames, reason }: ProviderFault,
  { device, wanted }: { readonly device: string; readonly wanted: readonly Accelerator[] },
): string {
  const name = wanted[0]?.name;
  const what =
    blames === 'provider'
      ? `ONNX Runtime cannot use ${name} on this machine`
      : `ONNX Runtime cannot compute this graph with ${name}`;
  return `${what}; the CPU is used instead of ${device}. It says: ${reason}`;
}

type Accelerator = { readonly name: string; readonly deviceId?: number };

/** TensorRT leaves to CUDA what it has no kernel for. WebGPU chooses its card itself, and refuses to be told. */
const accelerators: Readonly<Record<string, (deviceId: number) => readonly Accelerator[]>> = {
  '': () => [],
  cpu: () => [],
  webgpu: () => [{ name: 'webgpu' }],
  trt: tensorrt,
  tensorrt,
};

function tensorrt(deviceId: number): readonly Accelerator[] {
  return [
    { name: 'tensorrt', deviceId },
    { name: 'cuda', deviceId },
  ];
}

function other(name: string): (deviceId: number) => readonly Accelerator[] {
  return (deviceId) => [{ name, deviceId }];
}

/** `cuda:1` is the second card. */
function parse(device: string): { kind: string; id: number } {
  const [kind = '', id = ''] = device.split(':');
  return { kind, id: /^\d+$/.test(id) ? Number(id) : 0 };
}

/** Why, by provider and card. Each failed attempt costs time and a line on stderr, and a library does not appear while a process runs. */
const unusable = new Map<string, string>();
