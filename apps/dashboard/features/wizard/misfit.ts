import type { RecipeNeeds } from './draft.ts';

type Version = {
  readonly inspectionState: 'PENDING' | 'READY' | 'FAILED';
  readonly inspection?: { readonly format: string } | null;
  readonly graph?: object | null;
};

/** Why a model version cannot be quantized by the recipe, as a clause; null when it can, or when it is too early to say. */
export function misfit(version: Version, needs: RecipeNeeds | null): string | null {
  if (version.inspectionState === 'FAILED') return 'the file could not be read.';
  if (!needs || !version.inspection) return null;
  const { format } = version.inspection;
  if (!needs.formats.includes(format)) {
    return `it is .${format}, and ${needs.backend} takes ${needs.input}.${suggestions[format] ?? ''}`;
  }
  if (needs.graph === 'required' && !version.graph) {
    return `it has no companion graph, which ${needs.backend} needs to calibrate. Add a version with its ONNX export, or choose the preset INT8_WEIGHT_ONLY_CFG, which needs none.`;
  }
  return null;
}

const exportIt = ' Export it to ONNX first, or choose torchao or modelopt.pytorch.';

const suggestions: Readonly<Record<string, string>> = {
  onnx: ' For an .onnx choose modelopt.onnx.',
  pth: exportIt,
  safetensors: exportIt,
};
