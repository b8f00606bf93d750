import { fnmatch } from '#contract/recipe/fnmatch.ts';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import type { TorchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { presetDisabledNames } from '#contract/recipe/preset-disabled-names.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { type Quantizer, quantizerName } from '../quantizer.ts';
import { formatOf } from './format-of.ts';
import { type InsertedQuantizer, insertedQuantizers } from './inserted-quantizers.ts';
import { presetNumerics } from './preset-table.ts';
import { quantizableClass } from './quantizer-table.ts';
import { refuseAxis } from './refuse-axis.ts';
import { whyNoQuantizers } from './why-no-quantizers.ts';

export type ModuleDecision = {
  readonly module: NetworkModule;
  /** Every quantizer that ModelOpt puts into a module of this class, on or off. */
  readonly quantizers: readonly Quantizer[];
  readonly reason: string;
  /** Where ModelOpt would have decided otherwise, as a sentence. */
  readonly deviation?: string;
};

export type DecisionSettings = Pick<TorchSettings, 'preset' | 'weightsOnly' | 'modelopt_version'>;

/** A rule decides over a layer, else the preset; without one the layer stays as it is. */
export function decideQuantizers(
  module: NetworkModule,
  decision: LayerDecision,
  settings: DecisionSettings,
): ModuleDecision {
  const inserted = insertedQuantizers(module, settings.modelopt_version);
  const all = (change: (quantizer: InsertedQuantizer) => Quantizer): Quantizer[] => inserted.map(change);
  if (inserted.length === 0)
    return { module, quantizers: [], reason: whyNoQuantizers(module, settings.modelopt_version) };
  if (decision.kind === 'skip')
    return { module, quantizers: all(switchedOff), reason: `skip_names: ${decision.pattern}` };
  if (module.class === 'NonDynamicallyQuantizableLinear')
    return { module, quantizers: all(switchedOff), reason: neverCalled, deviation: switchedOffIn(module) };
  if (decision.kind === 'rule') {
    const quantizers = all((quantizer) => byRule(quantizer, module, decision.rule));
    return { module, quantizers, reason: ruleReason(module, quantizers, decision.rule) };
  }
  const { preset } = settings;
  if (preset === null) return { module, quantizers: all(switchedOff), reason: 'no rule of the recipe names it' };
  const quantizers = all((quantizer) => byPreset(quantizer, module, { ...settings, preset }));
  return { module, quantizers, reason: presetReason(module, quantizers, preset) };
}

const neverCalled =
  'MultiheadAttention multiplies with its weight itself, so that its quantizers would never be called';

const switchedOffIn = ({ name }: NetworkModule): string =>
  `The quantizers of ${name} are off; ModelOpt leaves them on, and never calls them.`;

const switchedOff = (quantizer: InsertedQuantizer): Quantizer => ({ ...quantizer, isEnabled: false });

type Preset = NonNullable<TorchSettings['preset']>;

function byPreset(
  quantizer: InsertedQuantizer,
  { class: className }: NetworkModule,
  { preset, weightsOnly }: DecisionSettings & { readonly preset: Preset },
): Quantizer {
  const { format, weightAxis, inputs } = presetNumerics[preset];
  const isWeight = quantizer.role === 'weight';
  const isAsked =
    !quantizer.isLocked &&
    (isWeight || (inputs === 'on' && !weightsOnly)) &&
    !quantizableClass(className)?.isOffInPresets &&
    disabledBy(quantizer) === undefined;
  return { ...quantizer, isEnabled: isAsked, format, axis: isWeight ? weightAxis : null };
}

const disabledBy = (quantizer: Quantizer): string | undefined =>
  presetDisabledNames.find((pattern) => fnmatch(quantizerName(quantizer), pattern));

function presetReason(
  { class: className, weight }: NetworkModule,
  quantizers: readonly Quantizer[],
  preset: Preset,
): string {
  const pattern = quantizers.map(disabledBy).find((found) => found !== undefined);
  if (pattern) return `ModelOpt’s ${preset} leaves names like ${pattern} as they are`;
  const on = new Set(quantizers.filter(({ isEnabled }) => isEnabled).map(({ role }) => role));
  if (on.size === 2) return `ModelOpt’s ${preset} quantizes weight and input of every ${className}`;
  if (on.has('weight')) return `the weight of every ${className} is quantized, and no input`;
  const noWeight = weight ? 'its weight has no quantizer' : 'it has no weight';
  if (on.has('input')) return `ModelOpt’s ${preset} quantizes the input of every ${className}; ${noWeight}`;
  if (quantizableClass(className)?.isOffInPresets) return `ModelOpt’s ${preset} leaves every ${className} as it is`;
  return `${noWeight}, and no input is quantized`;
}

function byRule(quantizer: InsertedQuantizer, module: NetworkModule, rule: LayerRule): Quantizer {
  const asked = { weight: rule.weights, input: rule.activations, output: null }[quantizer.role];
  const format = formatOf(asked);
  if (asked === null || format === null || quantizer.isLocked || !isMeant(module, rule)) return switchedOff(quantizer);
  refuseAxis(rule, { role: quantizer.role, axis: asked.quant_axis });
  const usual = quantizer.role === 'weight' ? 0 : null;
  return { ...quantizer, isEnabled: true, format, axis: asked.quant_axis === undefined ? usual : asked.quant_axis };
}

/** BatchNorm, LeakyReLU and Embedding stay off unless a rule names the class or the module: `*` and `layer1.*` do not mean them. */
function isMeant({ class: className, names }: NetworkModule, { module_name: pattern }: LayerRule): boolean {
  if (!quantizableClass(className)?.isOffInPresets) return true;
  return names.includes(pattern) || (/\w/.test(pattern) && fnmatch(className, pattern));
}

function ruleReason(module: NetworkModule, quantizers: readonly Quantizer[], rule: LayerRule): string {
  const name = rule.module_name;
  if (quantizers.some(({ isEnabled }) => isEnabled)) return `rule ${name}`;
  const wants = [rule.weights, rule.activations].some((asked) => formatOf(asked) !== null);
  if (!wants) return `rule ${name} leaves it as it is`;
  if (!isMeant(module, rule))
    return `rule ${name} names it, but ModelOpt leaves every ${module.class} as it is; a rule for ${module.class} quantizes it`;
  return `rule ${name} asks for its ${formatOf(rule.weights) ? 'weight' : 'input'}, which ModelOpt cannot quantize in a ${module.class}`;
}
