import type { Backend } from '#contract/backend.ts';
import { outputName } from './output-name.ts';
import { plan } from './plan.ts';
import { quantize } from './quantize.ts';

/** Static INT8 of an ONNX graph as ModelOpt 0.47 does it: Q/DQ pairs where TensorRT has int8 kernels, max calibration. */
export const modeloptOnnx: Backend = { id: 'modelopt.onnx', outputName: () => outputName, plan, quantize };
