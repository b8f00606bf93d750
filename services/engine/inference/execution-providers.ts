import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node';

export type Provider = InferenceSession.ExecutionProviderConfig;

type OnDevice<T> = { readonly session: T; readonly device: string; readonly warnings: readonly string[] };

/**
 * A session on the device that is asked for, or on the CPU with a warning: what the runtime lists may still lack its
 * library or its card. A provider takes the nodes that it has kernels for and leaves the others to the next.
 */
export async function onDevice<T>(
  device: string,
  create: (accelerators: readonly Provider[]) => Promise<T>,
): Promise<OnDevice<T>> {
  const { kind, id } = parse(device);
  const wanted = accelerators[kind]?.(id) ?? (kind === 'cpu' ? [] : [{ name: kind, deviceId: id }]);
  if (wanted.length === 0) return { session: await create([]), device: 'cpu', warnings: [] };
  const key = wanted.map(({ name, deviceId }) => `${name}:${deviceId}`).join();
  if (!unusable.has(key)) {
    const listed = new Set(listSupportedBackends().map(({ name }) => name));
    const known = wanted.filter(({ name }) => listed.has(name));
    const session = known.length > 0 ? await create(known).catch(() => null) : null;
    if (session) return { session, device: known[0]?.name ?? kind, warnings: [] };
  }
  // A graph that the runtime refuses for its own sake is refused here too, and the device is not to blame.
  const session = await create([]);
  unusable.add(key);
  const warning = `ONNX Runtime cannot use ${wanted[0]?.name} on this machine; the CPU is used instead of ${device}.`;
  return { session, device: 'cpu', warnings: [warning] };
}

type Accelerator = { readonly name: string; readonly deviceId: number };

/** TensorRT leaves to CUDA what it has no kernel for. */
const accelerators: Readonly<Record<string, (deviceId: number) => readonly Accelerator[]>> = {
  '': () => [],
  trt: tensorrt,
  tensorrt,
};

function tensorrt(deviceId: number): readonly Accelerator[] {
  return [
    { name: 'tensorrt', deviceId },
    { name: 'cuda', deviceId },
  ];
}

/** `cuda:1` is the second card. */
function parse(device: string): { kind: string; id: number } {
  const [kind = '', id = ''] = device.split(':');
  return { kind, id: /^\d+$/.test(id) ? Number(id) : 0 };
}

/** Each failed attempt costs time and a line on stderr, and a library does not appear while a process runs. */
const unusable = new Set<string>();
