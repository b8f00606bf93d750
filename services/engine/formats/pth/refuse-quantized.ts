import { InputError } from '#contract/failure.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What ModelOpt keeps of a calibrated quantizer. */
const amax = /(^|\.)(input|weight|output)_quantizer\._amax$/;

/** Refuses a checkpoint that a quantizer wrote: torchao's subclasses, or ModelOpt's amax. Errors: UNSUPPORTED, naming the first. */
export function refuseQuantized({ quantized, tensors }: Checkpoint, name: string): void {
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
