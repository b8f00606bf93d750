import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputFile } from '#contract/backend.ts';
import type { Findings } from '#contract/outcome.ts';
import type { Plan } from '#contract/plan.ts';
import { catalogue } from '#contract/recipe/catalogue.ts';
import type { Algorithm, JsonValue, Recipe } from '#contract/recipe/recipe.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import type { Description } from './describe-qdq.fixture.ts';
import { outputName } from './output-name.ts';
import { quantize } from './quantize.ts';

/** What ModelOpt 0.47.0 made of a model of test/fixtures/onnx-zoo with some options, or how it failed. */
export type Case = {
  readonly model: string;
  readonly name: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly expected: Description | { readonly error: string };
};

const repository = fileURLToPath(new URL('../../../', import.meta.url));

export const goldenFolder = `${repository}test/golden/modelopt-onnx/`;

export async function casesOf(model: string): Promise<readonly Case[]> {
  const golden = JSON.parse(await readFile(`${goldenFolder}${model}.json`, 'utf8'));
  return Object.entries<Description & { options: Case['options'] }>(golden).map(([name, { options, ...expected }]) => ({
    model,
    name,
    options,
    expected,
  }));
}

export const zooFile = (name: string) => fixture('onnx-zoo', name);

function fixture(folder: 'onnx-zoo' | 'demo', name: string): InputFile {
  return { path: `${repository}test/fixtures/${folder}/${name}`, name };
}

/** The files of a model of the zoo, or of the demo. */
export function filesOf(model: string): { readonly model: InputFile; readonly calibration: InputFile } {
  if (!model.startsWith('digits-')) return { model: zooFile(`${model}.onnx`), calibration: zooFile(`${model}.npz`) };
  return { model: fixture('demo', `${model}.onnx`), calibration: fixture('demo', 'calibration.npz') };
}

type Deviating = {
  /** Absent: the model's own data. */
  readonly calibration?: InputFile;
  /** Absent: ModelOpt to the letter. */
  readonly compat?: 'modelopt-0.47' | null;
  /** Options beside those of the case. */
  readonly also?: Case['options'];
};

/** The case as a recipe: ModelOpt to the letter, or without `compat` as whoever asks for no such thing gets it. */
function recipeOf({ options }: Case, { compat = 'modelopt-0.47', also = {} }: Deviating): Recipe {
  const { calibration_method, calibration_data: _, ...kwargs } = { ...options, ...also };
  return {
    ...catalogue['modelopt.onnx'].preset,
    algorithm: (calibration_method ?? 'entropy') as Algorithm,
    backend_kwargs: { ...kwargs, ...(compat && { compat }) },
  };
}

export async function quantizeCase(
  given: Case,
  folder: string,
  deviating: Deviating = {},
): Promise<{ path: string; model: OnnxModel; findings: Findings }> {
  const outputDir = await mkdtemp(join(folder, 'out-'));
  const { calibration } = deviating;
  const files = { ...filesOf(given.model), ...(calibration && { calibration }) };
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const recipe = recipeOf(given, deviating);
  const findings = await quantize({ recipe, files, plan: noPlan, outputDir, signal, report });
  const path = join(outputDir, outputName);
  return { path, model: await readOnnxModel({ path, name: outputName }), findings };
}

/** Only its layers are counted, and nothing here asks for the counts. */
const noPlan: Plan = { backend: 'modelopt.onnx', layers: [], rules: [], warnings: [], bytesBefore: 0, bytesAfter: 0 };
