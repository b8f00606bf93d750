import { cpus } from 'node:os';
import { table } from './figure.ts';
import { kernelFigures } from './kernels.ts';
import { torchaoFigures } from './torchao.ts';

/**
 * `npm run bench`: every figure as a ratio, both sides measured in turn in this run. A table for people on stderr,
 * one JSON for programs on stdout. `ZEROPOINT_INTEROP_PYTHON` names a Python with the real tools to compare with.
 */
const rounds = 7;
const figures = [
  ...(await kernelFigures(rounds)),
  ...(await torchaoFigures(rounds, process.env.ZEROPOINT_INTEROP_PYTHON)),
];
console.error(table(figures));
console.log(
  JSON.stringify({ machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }, rounds, figures }),
);
