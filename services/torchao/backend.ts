import type { Backend } from '#contract/backend.ts';
import { outputName } from './output-name.ts';
import { plan } from './plan.ts';
import { quantize } from './quantize.ts';

/** Weight-only INT8 and FP8 of a checkpoint as torchao does it on a CPU: the weights of every Linear, per row, tensor or group. */
export const torchao: Backend = { id: 'torchao', outputName, plan, quantize };
