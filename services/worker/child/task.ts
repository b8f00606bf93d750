import type { InputFile, InputFiles, Stage } from '#contract/backend.ts';
import type { Failure } from '#contract/failure.ts';
import type { Inspection } from '#contract/inspection.ts';
import type { Plan } from '#contract/plan.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';

/** What an attempt's process is told to do, in one message; all paths lie in its own folder. */
export type Task =
  | {
      readonly kind: 'quantize';
      readonly backend: string;
      readonly recipe: Recipe;
      readonly files: InputFiles;
      readonly outputDir: string;
      readonly batchSize?: number;
    }
  | { readonly kind: 'plan'; readonly backend: string; readonly recipe: Recipe; readonly files: InputFiles }
  | { readonly kind: 'inspect'; readonly file: InputFile; readonly wanted: Inspection['kind'] };

/** What it says meanwhile, and its last word: `done` or `failed`. */
export type Saying =
  | { readonly say: 'progress'; readonly stage: Stage; readonly fraction: number }
  | { readonly say: 'log'; readonly level: 'info' | 'warning'; readonly line: string }
  | { readonly say: 'plan'; readonly plan: Plan }
  | { readonly say: 'done'; readonly result: TaskResult }
  | { readonly say: 'failed'; readonly failure: Failure };

export type TaskResult = {
  /** The outcome, the plan or the inspection. */
  readonly value: unknown;
  /** Names of the files written into the task's `outputDir`. */
  readonly outputs: readonly string[];
};
