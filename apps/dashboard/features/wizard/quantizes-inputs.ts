import { isRecord, kwargsIn, rulesIn } from './recipe-parts.ts';

/** Whether a recipe of modelopt.pytorch with static_ptq quantizes what layers are called with: by its preset, or by a rule. */
export function quantizesInputs(yaml: string): boolean {
  const { preset, compat } = kwargsIn(yaml);
  const rules = rulesIn(yaml);
  if (compat === 'tao' || rules.some(hasActivations)) return true;
  const decides = preset ?? (rules.length === 0 ? 'INT8_DEFAULT_CFG' : null);
  return decides !== null && decides !== 'INT8_WEIGHT_ONLY_CFG';
}

function hasActivations(rule: unknown): boolean {
  const said = isRecord(rule) ? rule.activations : undefined;
  return isRecord(said) && typeof said.dtype === 'string' && said.dtype.toLowerCase() !== 'native';
}
