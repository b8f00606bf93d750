import { InputError } from '#contract/failure.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';

/** Refuses sparse tensors and those of torch.ao's own quantization: what is written is dense. Errors: UNSUPPORTED, naming the first. */
export function refuseComposed({ composed }: Checkpoint): void {
  const [first] = composed;
  if (!first) return;
  const [name, { layout, shape }] = first;
  throw new InputError(
    'UNSUPPORTED',
    `${name} [${shape.join(', ')}] is ${layout}, and only dense tensors can be written`,
    { remedy: 'Save the model with plain tensors: tensor.to_dense() or tensor.dequantize().' },
  );
}
