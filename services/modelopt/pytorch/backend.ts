import type { Backend } from '#contract/backend.ts';
import { outputName } from './output-name.ts';
import { plan } from './plan.ts';
import { quantize } from './quantize.ts';

/** Static INT8 of a .pth through NVIDIA ModelOpt's PyTorch format: float weights with the amax of every quantizer. */
export const modeloptPytorch: Backend = { id: 'modelopt.pytorch', outputName: () => outputName, plan, quantize };
