import type { InputFile, InputFiles } from '#contract/backend.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { Task } from './child/task.ts';

export type Assignment = {
  readonly kind: string;
  readonly backend: string;
  readonly recipeJson: string;
  /** 0: the backend's default. */
  readonly batchSize: number;
  readonly files: ReadonlyMap<string, InputFile>;
  readonly outputDir: string;
};

/** What the process of an attempt is told, from what the gateway granted. */
export function taskOf(assignment: Assignment): Task {
  const { backend, outputDir, batchSize, files } = assignment;
  switch (assignment.kind) {
    case 'INSPECT': {
      const dataset = files.get('dataset');
      return dataset
        ? { kind: 'inspect', wanted: 'dataset', file: dataset }
        : { kind: 'inspect', wanted: 'model', file: fileOf(files, 'model') };
    }
    case 'QUANTIZE': {
      const job = { backend, outputDir, recipe: recipeOf(assignment), files: inputFiles(files) };
      return { kind: 'quantize', ...job, ...(batchSize > 0 ? { batchSize } : {}) };
    }
    default:
      throw new Error(`The gateway granted a run of kind ${assignment.kind}; this worker knows QUANTIZE and INSPECT`);
  }
}

export function planTaskOf(assignment: Omit<Assignment, 'kind' | 'outputDir' | 'batchSize'>): Task {
  const { backend, files } = assignment;
  return { kind: 'plan', backend, recipe: recipeOf(assignment), files: inputFiles(files) };
}

/** The gateway wrote it after parsing it; a worker takes its word. */
function recipeOf({ recipeJson }: { recipeJson: string }): Recipe {
  return JSON.parse(recipeJson);
}

function inputFiles(files: ReadonlyMap<string, InputFile>): InputFiles {
  const optional = (role: 'graph' | 'calibration' | 'evaluation') => {
    const file = files.get(role);
    return file ? { [role]: file } : {};
  };
  return { model: fileOf(files, 'model'), ...optional('graph'), ...optional('calibration'), ...optional('evaluation') };
}

function fileOf(files: ReadonlyMap<string, InputFile>, role: string): InputFile {
  const file = files.get(role);
  if (!file) throw new Error(`The gateway granted a run without a ${role}`);
  return file;
}
