import type { TorchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import type { Quantizer } from '../quantizer.ts';
import type { ModuleDecision } from './decide-quantizers.ts';
import { formatOf } from './format-of.ts';
import { type InsertedQuantizer, insertedQuantizers } from './inserted-quantizers.ts';
import { refuseAxis } from './refuse-axis.ts';
import { whyNoQuantizers } from './why-no-quantizers.ts';

/** What a recipe says of a module under TAO's reading. */
export type TaoWords = {
  /** Of the rules that name it those with weights and those with activations decide apart, the last of each. */
  readonly weights: LayerRule | null;
  readonly activations: LayerRule | null;
  readonly skippedBy: string | null;
};

/**
 * What ModelOpt makes of the configuration that TAO hands to it: `weight_quantizer` and `input_quantizer` of modules
 * that a rule or a skip pattern names, and nothing of all the others. Those stay as ModelOpt inserts them, which is
 * enabled and INT8.
 */
export function decideAsTao(
  module: NetworkModule,
  words: TaoWords,
  { modelopt_version: release }: Pick<TorchSettings, 'modelopt_version'>,
): ModuleDecision {
  const inserted = insertedQuantizers(module, release);
  if (inserted.length === 0) return { module, quantizers: [], reason: whyNoQuantizers(module, release) };
  const quantizers = inserted.map((quantizer) => configured(quantizer, words));
  const isNamed = inserted.some(({ attribute }) => attribute in sectionOf);
  return { module, quantizers, reason: reasonOf(isNamed ? words : untouched) };
}

const untouched: TaoWords = { weights: null, activations: null, skippedBy: null };

/** The quantizers of recurrent modules have other names, which TAO never writes. */
const sectionOf: { readonly [attribute: string]: 'weights' | 'activations' } = {
  weight_quantizer: 'weights',
  input_quantizer: 'activations',
};

function configured(quantizer: InsertedQuantizer, words: TaoWords): Quantizer {
  const section = sectionOf[quantizer.attribute];
  if (section === undefined || quantizer.isLocked) return quantizer;
  if (words.skippedBy !== null) return { ...quantizer, isEnabled: false };
  const rule = words[section];
  const asked = rule?.[section] ?? null;
  if (rule === null || asked === null) return quantizer;
  const format = formatOf(asked);
  if (format === null) return { ...quantizer, isEnabled: false };
  refuseAxis(rule, { role: quantizer.role, axis: asked.quant_axis });
  return { ...quantizer, isEnabled: true, format, axis: asked.quant_axis ?? null };
}

function reasonOf({ weights, activations, skippedBy }: TaoWords): string {
  if (skippedBy !== null) return `skip_names: ${skippedBy}`;
  const names = new Set([weights, activations].flatMap((rule) => rule?.module_name ?? []));
  if (names.size > 0) return `rule ${[...names].join(' and ')}`;
  return 'TAO writes nothing of it, so ModelOpt quantizes it to INT8 all the same';
}
