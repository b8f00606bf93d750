import { cpus, release, totalmem, type } from 'node:os';
import { calibrationFigures } from './calibration.ts';
import { type Figure, table } from './figure.ts';
import { growthFigures } from './growth.ts';
import { kernelFigures } from './kernels.ts';
import { modeloptOnnxFigures } from './modelopt-onnx.ts';
import { modeloptPytorchFigures } from './modelopt-pytorch.ts';
import { copyFigures, torchaoFigures } from './torchao.ts';

/**
 * `npm run bench`: every figure as a ratio, both sides measured in turn in this run. A table for people on stderr, one
 * JSON for programs on stdout. `ZEROPOINT_INTEROP_PYTHON` names a Python with the real tools to compare with; with
 * `--large`, checkpoints of up to 8 GB are made as well (20 GB of disk).
 */
const python = process.env.ZEROPOINT_INTEROP_PYTHON;
const parts: readonly (() => Promise<readonly Figure[]>)[] = [
  () => kernelFigures(7),
  copyFigures,
  calibrationFigures,
  ...(python
    ? [() => torchaoFigures(python), () => modeloptOnnxFigures(python), () => modeloptPytorchFigures(python)]
    : []),
  ...(process.argv.includes('--large') ? [growthFigures] : []),
];
const figures: Figure[] = [];
for (const part of parts) figures.push(...(await part()));

const machine = {
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${type()} ${release()}`,
  node: process.version,
};
console.error(table(figures));
if (!python) console.error('\nZEROPOINT_INTEROP_PYTHON is not set: nothing was compared with the real tools.');
console.log(JSON.stringify({ machine, figures }));
