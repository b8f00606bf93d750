import { InputError } from '#contract/failure.ts';
import { type BackendCard, backendCard, catalogue } from '#contract/recipe/catalogue.ts';
import { howToExport, weightsAlone } from '#contract/recipe/missing-graph.ts';
import { needsCalibration } from '#contract/recipe/needs-calibration.ts';
import { needsGraph } from '#contract/recipe/needs-graph.ts';
import { backendIds, type Recipe } from '#contract/recipe/recipe.ts';
import { stored } from '../schema/stored.ts';
import type { RunInputs } from './run-inputs.ts';

/**
 * Refuses at once what a run would fail with after its wait in the queue: the wrong kind of model, an unreadable
 * file, missing calibration data, a missing companion graph. What is not inspected yet is left to the run.
 */
export function checkFit(recipe: Recipe, inputs: RunInputs): void {
  checkReadable(inputs);
  checkFormat(recipe, inputs);
  if (needsCalibration(recipe) && !inputs.calibration) {
    throw new InputError(
      'CALIBRATION_MISSING',
      `static_ptq with ${recipe.backend} needs calibration data, and this run has none.`,
      {
        remedy:
          'Choose a dataset for calibration, or weight_only_ptq with torchao or modelopt.pytorch, which needs none.',
      },
    );
  }
  if (needsGraph(recipe) && !inputs.modelVersion.graphArtifact) {
    throw new InputError(
      'GRAPH_MISSING',
      `modelopt.pytorch needs the ONNX export of the same network beside ${inputs.modelVersion.artifact.name} to measure activations, and this model version has none.`,
      { remedy: `${howToExport} Add a version of the model with it as companion graph. ${weightsAlone}` },
    );
  }
}

function checkReadable({ modelVersion, calibration, evaluation }: RunInputs): void {
  for (const version of [modelVersion, calibration, evaluation]) {
    const failure = stored('failure', version?.inspectionError);
    if (version?.inspectionState !== 'FAILED' || !failure) continue;
    throw new InputError(failure.code, `${version.artifact.name} cannot be used: ${failure.message}`, {
      ...(failure.remedy ? { remedy: failure.remedy } : {}),
    });
  }
}

function checkFormat({ backend }: Recipe, { modelVersion }: RunInputs): void {
  const inspection = stored('inspectionHead', modelVersion.inspectionHead);
  if (!inspection) return;
  const { format } = inspection;
  if (backendCard(backend).formats.includes(format)) return;
  const fitting = backendIds.map(backendCard).filter(({ formats }) => formats.includes(format));
  throw new InputError(
    'WRONG_BACKEND',
    `${backend} takes a ${catalogue[backend].input} model, and ${modelVersion.artifact.name} is ${format}.`,
    { remedy: fitting.length > 0 ? describe(fitting) : 'Upload the model as .pth, .safetensors or .onnx.' },
  );
}

function describe(fitting: readonly BackendCard[]): string {
  return `For this file choose ${fitting.map(({ id }) => id).join(' or ')}.`;
}
