import type { Findings } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { PreprocessWishes } from './preprocess.ts';
import type { BackendId, Recipe } from './recipe/recipe.ts';

/**
 * A quantization backend: a value with two functions. It reads local files and writes local files; runs,
 * tenants, queues and leases are its host's business. The same three values serve the worker and the CLI.
 * Bad input is an `InputError`; anything else thrown is a defect of ours.
 */
export type Backend = {
  readonly id: BackendId;
  /** The name of the quantized model in the output folder; an option of the recipe may choose another format. */
  outputName(recipe: Recipe): string;
  /** Says what `quantize` would do. Cheap and without effects: it may read the files and push one sample through a graph. */
  plan(input: BackendInput): Promise<Plan>;
  /** Writes `outputName(recipe)` into `outputDir`, which exists, is empty and is the caller's to delete on failure. */
  quantize(job: QuantizeJob): Promise<Findings>;
};

export type BackendInput = {
  readonly recipe: Recipe;
  readonly files: InputFiles;
};

/** A path on this machine. `name` is what the user calls the file; messages use it. */
export type InputFile = {
  readonly path: string;
  readonly name: string;
  /** In hex, where the host has computed it already. */
  readonly sha256?: string;
  /** The files this one refers to by their names: shards of an index, data files of an ONNX model. Absent: they are looked for beside it. */
  readonly parts?: readonly InputFile[];
  /** Of images (an archive of them, or a folder): it wins over what is stored beside them. */
  readonly preprocess?: PreprocessWishes;
};

export type InputFiles = {
  readonly model: InputFile;
  /** ONNX export of the same network, for a .pth. */
  readonly graph?: InputFile;
  readonly calibration?: InputFile;
  readonly evaluation?: InputFile;
};

export type QuantizeJob = BackendInput & {
  readonly plan: Plan;
  readonly outputDir: string;
  readonly batchSize?: number;
  /** Processors that the backend may keep busy; the host uses the others meanwhile. Absent: all. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly report: Reporter;
};

export const stages = ['load', 'calibrate', 'quantize', 'write', 'evaluate'] as const;
export type Stage = (typeof stages)[number];

export type Reporter = {
  /** `fraction` of this stage that is done, 0 to 1. */
  progress(stage: Stage, fraction: number): void;
  log(level: 'info' | 'warning', line: string): void;
};
