import { InputError } from '#contract/failure.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What ModelOpt keeps of a calibrated quantizer. */
const amax = /(^|[._])(input|weight|output)_quantizer\._amax$/;

/**
 * Refuses a checkpoint that a quantizer wrote (torchao's subclasses, torch.ao's tensors, ModelOpt's amax), and one
 * with tensors that are not dense: written part by part they would be others. Errors: UNSUPPORTED, naming the first.
 */
export function refuseQuantized({ quantized, composed, tensors }: Checkpoint, name: string): void {
  const [whole] = composed;
  if (whole)
    throw new InputError(
      'UNSUPPORTED',
      `In ${name}, ${whole[0]} is no dense tensor but a ${whole[1].layout} of ${whole[1].dtype}.`,
      {
        remedy: 'Save it as a dense tensor: tensor.to_dense(), or tensor.dequantize().',
      },
    );
  const [subclass] = quantized;
  if (subclass)
    throw refusal(
      `${subclass[0]} is quantized already: in ${name} it is a ${subclass[1].class}`,
      'Give the float checkpoint that it was made from; `zeropoint migrate` brings a file of an older torchao to 0.18.',
    );
  const calibrated = tensors.filter((tensor) => amax.test(tensor.name));
  const [first] = calibrated;
  if (first)
    throw refusal(
      `${name} is quantized already: it holds ${calibrated.length} amax of ModelOpt, ${first.name} first`,
      'Give the float checkpoint that it was made from.',
    );
}

function refusal(message: string, remedy: string): InputError {
  return new InputError('UNSUPPORTED', message, { remedy });
}
