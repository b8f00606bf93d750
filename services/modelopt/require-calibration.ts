import type { InputFile, InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';

/** The calibration data, without which static quantization has no scale for an activation. Errors: CALIBRATION_MISSING. */
export function requireCalibration({ calibration }: InputFiles): InputFile {
  if (calibration) return calibration;
  throw new InputError(
    'CALIBRATION_MISSING',
    'static_ptq measures activations on calibration data, and none is given',
    {
      remedy:
        'Give an .npz with some hundred typical samples, in an array with the name of the graph’s input, or a folder of images.',
    },
  );
}
