import { openCheckpoint } from '#engine/formats/pth/open.ts';
import type { PickleValue } from '#engine/formats/pth/pickle/value.ts';

export type WrittenTensor = { readonly shape: readonly number[]; readonly values: Float32Array };

/** A quantizer as `mto.restore` would find it. */
export type WrittenQuantizer = {
  readonly isEnabled: boolean;
  readonly numBits: number | readonly number[];
  readonly axis: number | null;
  /** Shapes that the state announces, by buffer name; restoring refuses a file whose tensors differ from them. */
  readonly buffers: { readonly [name: string]: readonly number[] };
  /** Tensors of the state dict, by buffer name. */
  readonly tensors: { readonly [name: string]: WrittenTensor };
};

/** Every quantizer of a file that modelopt.pytorch wrote, by name: the state of the last mode, and the buffers. */
export async function writtenQuantizers(path: string): Promise<ReadonlyMap<string, WrittenQuantizer>> {
  const checkpoint = await openCheckpoint(path, 'written.pth');
  try {
    const modes = plain(checkpoint.rest?.root ?? null).modelopt_state.modelopt_state_dict;
    const state = modes.at(-1)[1].metadata.quantizer_state;
    const tensorsOf = new Map<string, Record<string, WrittenTensor>>(Object.keys(state).map((name) => [name, {}]));
    for (const tensor of checkpoint.tensors) {
      const dot = tensor.name.lastIndexOf('.');
      const tensors = tensorsOf.get(tensor.name.slice(0, dot));
      if (!tensors) continue;
      const values = new Float32Array((await checkpoint.read(tensor)).buffer);
      tensors[tensor.name.slice(dot + 1)] = { shape: tensor.shape, values };
    }
    return new Map(
      [...tensorsOf].map(([name, tensors]) => {
        const { _disabled, _num_bits, _axis, _pytorch_state_metadata } = state[name];
        const announced = Object.entries<{ shape: number[] }>(_pytorch_state_metadata.buffers);
        const buffers = Object.fromEntries(announced.map(([buffer, { shape }]) => [buffer, shape]));
        return [name, { isEnabled: !_disabled, numBits: _num_bits, axis: _axis, buffers, tensors }];
      }),
    );
  } finally {
    await checkpoint.close();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the edge of a parser
function plain(value: PickleValue): any {
  if (typeof value !== 'object' || value === null) return value;
  switch (value.kind) {
    case 'dict':
      return Object.fromEntries(value.entries.map(([key, entry]) => [String(key), plain(entry)]));
    case 'list':
    case 'tuple':
      return value.items.map(plain);
    case 'float':
      return value.value;
    case 'call':
      return value.args.length === 1 ? plain(value.args[0] ?? null) : null;
    default:
      return null;
  }
}
