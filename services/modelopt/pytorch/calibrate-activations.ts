import type { QuantizeJob } from '#contract/backend.ts';
import type { CalibrationData } from '#contract/outcome.ts';
import { openDataset } from '#engine/inference/dataset.ts';
import { observe } from '#engine/inference/observe.ts';
import { requireCalibration } from '../require-calibration.ts';
import type { ModuleDecision } from './decide-quantizers.ts';
import type { NetworkInGraph } from './network.ts';

export type Calibration = {
  /** max |x| over all samples and calls, by module name; modules that the graph never calls have none. */
  readonly amaxOf: ReadonlyMap<string, number>;
  /** null: nothing had to be seen. */
  readonly samples: number | null;
  readonly data: CalibrationData | null;
  readonly warnings: readonly string[];
};

/**
 * Runs the companion on the calibration data and keeps the largest magnitude of what each module with an enabled
 * input quantizer is called with, as ModelOpt's `max` calibration does.
 * Errors: CALIBRATION_MISSING; CALIBRATION_MISMATCH if the data does not fit the graph or gives NaN.
 */
export async function calibrateActivations(
  job: QuantizeJob,
  network: NetworkInGraph,
  decisions: readonly ModuleDecision[],
): Promise<Calibration> {
  const observed = decisions
    .filter(({ quantizers }) => quantizers.some(({ role, isEnabled }) => role === 'input' && isEnabled))
    .map(({ module }) => module);
  const tensors = [...new Set(observed.flatMap(({ inputs }) => inputs.map(({ tensor }) => tensor)))];
  const { graph } = network.companion;
  const dataset = await openDataset({
    file: requireCalibration(job.files),
    ports: graph.graph.inputs,
    batchSize: job.batchSize ?? null,
  });
  try {
    const order = { tensors, groups: [], method: { kind: 'max' } } as const;
    const { ranges, samples, data, warnings } = await observe(graph, order, {
      dataset,
      signal: job.signal,
      onProgress: (fraction) => job.report.progress('calibrate', fraction),
      device: job.recipe.device,
      name: job.files.graph?.name ?? 'the companion graph',
      ...(job.threads === undefined ? {} : { threads: job.threads }),
    });
    const amaxOf = new Map<string, number>();
    for (const { name, inputs } of observed) {
      const seen = inputs.flatMap(({ tensor }) => ranges.get(tensor) ?? []);
      if (seen.length > 0)
        amaxOf.set(
          name,
          seen.reduce((amax, { min, max }) => Math.max(amax, -min, max), 0),
        );
    }
    const idle = observed.filter(({ name }) => !amaxOf.has(name));
    return { amaxOf, samples, data, warnings: [...warnings, ...idle.map(({ name }) => neverCalled(name))] };
  } finally {
    await dataset.close();
  }
}

const neverCalled = (name: string): string =>
  `The graph never calls ${name}, so its input quantizer has no amax; ModelOpt would take one from each batch.`;
