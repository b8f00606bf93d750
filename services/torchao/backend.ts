import type { Backend } from '#contract/backend.ts';
import { outputName } from './output-name.ts';
import { plan } from './plan.ts';
import { quantize } from './quantize.ts';

/** Weight-only INT8 of a .pth as torchao 0.18 does it on a CPU: one symmetric scale for each row of every Linear. */
export const torchao: Backend = { id: 'torchao', outputName: () => outputName, plan, quantize };
