import { InputError } from '#contract/failure.ts';
import { fnmatch } from '#contract/recipe/fnmatch.ts';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { NetworkModule } from './network-modules.ts';
import { type Quantizer, quantizerName } from './quantizer.ts';
import { isQuantizable, presetDisabledNames, type QuantizerKind, quantizersOfClass } from './quantizer-table.ts';

export type ModuleDecision = {
  readonly module: NetworkModule;
  /** Every quantizer that ModelOpt puts into a module of this class, on or off. */
  readonly quantizers: readonly Quantizer[];
  readonly reason: string;
};

/**
 * What INT8_DEFAULT_CFG of ModelOpt does with a module, as far as the recipe asks for it. Without rules the
 * preset decides; with rules, what no rule names stays as it is.
 */
export function decideQuantizers(module: NetworkModule, decision: LayerDecision): ModuleDecision {
  const preset = presetQuantizers(module);
  const off = preset.map((quantizer) => ({ ...quantizer, isEnabled: false }));
  if (preset.length === 0) return { module, quantizers: [], reason: `ModelOpt has no quantizers for ${module.class}` };
  switch (decision.kind) {
    case 'skip':
      return { module, quantizers: off, reason: `skip_names: ${decision.pattern}` };
    case 'unnamed':
      return { module, quantizers: off, reason: 'no rule of the recipe names it' };
    case 'default':
      return { module, quantizers: preset, reason: presetReason(module, preset) };
    case 'rule': {
      const quantizers = preset.map((quantizer) => byRule(quantizer, module, decision.rule));
      return { module, quantizers, reason: ruleReason(module, quantizers, decision.rule) };
    }
  }
}

function presetQuantizers(module: NetworkModule): Quantizer[] {
  if (!isQuantizable(module.class)) return [];
  const kinds = Object.entries(quantizersOfClass[module.class]) as [QuantizerKind, 'on' | 'off'][];
  return kinds.map(([kind, state]) => {
    const quantizer = {
      module: module.name,
      attribute: kind,
      role: roles[kind],
      weight: roles[kind] === 'weight' ? module.weight : null,
      isEnabled: state === 'on',
      format: 'int8',
      axis: kind === 'weight_quantizer' ? 0 : null,
    } as const;
    return { ...quantizer, isEnabled: quantizer.isEnabled && disabledBy(quantizerName(quantizer)) === undefined };
  });
}

const roles = {
  weight_quantizer: 'weight',
  input_quantizer: 'input',
  output_quantizer: 'output',
} as const satisfies Record<QuantizerKind, Quantizer['role']>;

const disabledBy = (name: string): string | undefined => presetDisabledNames.find((pattern) => fnmatch(name, pattern));

function presetReason(module: NetworkModule, quantizers: readonly Quantizer[]): string {
  const pattern = quantizers
    .map((quantizer) => disabledBy(quantizerName(quantizer)))
    .find((found) => found !== undefined);
  if (pattern) return `ModelOpt’s INT8 preset leaves names like ${pattern} as they are`;
  const on = quantizers.filter(({ isEnabled }) => isEnabled).map(({ role }) => role);
  if (on.includes('weight')) return `ModelOpt’s INT8 preset quantizes weight and input of every ${module.class}`;
  if (on.length > 0)
    return `ModelOpt’s INT8 preset quantizes the input of every ${module.class}; it has no weight to quantize`;
  return `ModelOpt’s INT8 preset leaves every ${module.class} as it is`;
}

function byRule(quantizer: Quantizer, module: NetworkModule, rule: LayerRule): Quantizer {
  const asked = { weight: rule.weights, input: rule.activations, output: null }[quantizer.role];
  const wants = asked !== null && asked.dtype !== 'native' && presetAllows(module, quantizer.attribute);
  if (!wants) return { ...quantizer, isEnabled: false };
  const axis = asked.quant_axis === undefined ? quantizer.axis : asked.quant_axis;
  refuseAxis({ ...quantizer, axis }, rule);
  return { ...quantizer, isEnabled: true, axis };
}

/** BatchNorm, LeakyReLU and Embedding have quantizers that the preset keeps off; a wide rule does not switch them on. */
const presetAllows = (module: NetworkModule, attribute: string): boolean => {
  const kinds: Readonly<Record<string, 'on' | 'off'>> = isQuantizable(module.class)
    ? quantizersOfClass[module.class]
    : {};
  return kinds[attribute] === 'on';
};

function refuseAxis({ role, axis }: Quantizer, rule: LayerRule): void {
  if (axis === null || (axis === 0 && role === 'weight')) return;
  const offered =
    role === 'weight'
      ? '0 (one scale an output channel) or null (one for the tensor)'
      : 'null (one scale for the tensor)';
  throw new InputError(
    'UNSUPPORTED',
    `The rule “${rule.module_name}” sets quant_axis to ${axis} for ${role === 'weight' ? 'weights' : 'activations'}; modelopt.pytorch offers ${offered}`,
    {
      remedy: 'Leave quant_axis out.',
    },
  );
}

function ruleReason(module: NetworkModule, quantizers: readonly Quantizer[], rule: LayerRule): string {
  if (quantizers.some(({ isEnabled }) => isEnabled)) return `rule ${rule.module_name}`;
  const kinds: readonly QuantizerKind[] = ['weight_quantizer', 'input_quantizer'];
  const wants = [rule.weights, rule.activations].some((tensor) => tensor !== null && tensor.dtype !== 'native');
  if (wants && !kinds.some((kind) => presetAllows(module, kind)))
    return `rule ${rule.module_name} names it, but ModelOpt leaves every ${module.class} as it is`;
  return `rule ${rule.module_name} leaves it as it is`;
}
