import { isTorchClass } from './promote-recipe-torch-classes.ts';
import type { LayerRule, QuantDtype } from './recipe.ts';

export type OnnxDtype = 'int8' | 'fp8_e4m3fn';

type Setting = {
  /** What the whole model is quantized to. */
  readonly dtype: OnnxDtype;
  /** It is said of the recipe as a whole that activations are new. */
  readonly weightsOnly: boolean;
};

/** A rule of modelopt.pytorch as modelopt.onnx can follow it; null where no layer of an ONNX model goes by its name. */
export function onnxRule(
  rule: LayerRule,
  { dtype, weightsOnly }: Setting,
): { readonly rule: LayerRule | null; readonly lost: readonly string[] } {
  const { module_name, weights } = rule;
  const by = `The rule “${module_name}”`;
  const asked = { weights: dtypeOf(rule.weights), activations: dtypeOf(rule.activations) };
  const left = (why: string) => ({
    rule: asNative(module_name),
    lost: [`${by} ${why}, so these layers stay as they are.`],
  });
  const wanted = asked.weights ?? asked.activations;
  if (isTorchClass(module_name))
    return { rule: null, lost: wanted === null ? [] : [`${by}: an ONNX model has no layers of this class.`] };
  if (wanted === null) return { rule: asNative(module_name), lost: [] };
  if (wanted !== dtype) return left(`asks for ${wanted}, and an ONNX model is quantized in one mode, here ${dtype}`);
  if (asked.weights === null && weights !== null)
    return left('quantizes inputs alone, and a kernel takes both or none');
  const axis = weights?.quant_axis === null ? { quant_axis: null } : {};
  return {
    rule: { module_name, weights: asked.weights === null ? null : { dtype, ...axis }, activations: { dtype } },
    lost: [
      ...(asked.activations === null && !weightsOnly
        ? [`${by} quantizes weights alone; modelopt.onnx quantizes the activations with them.`]
        : []),
      ...(asked.activations !== null && asked.activations !== dtype
        ? [`${by}: activations are quantized to ${dtype} like the weights, not to ${asked.activations}.`]
        : []),
    ],
  };
}

/** A rule that says nothing leaves a layer as it is in PyTorch; in ONNX it has to say so. */
function asNative(module_name: string): LayerRule {
  return { module_name, weights: { dtype: 'native' }, activations: { dtype: 'native' } };
}

/** TAO's e5m2 means e4m3 to ModelOpt. */
function dtypeOf(asked: { readonly dtype: QuantDtype } | null): OnnxDtype | null {
  if (asked === null || asked.dtype === 'native') return null;
  return asked.dtype === 'int8' ? 'int8' : 'fp8_e4m3fn';
}
