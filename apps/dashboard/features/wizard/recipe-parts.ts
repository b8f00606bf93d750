import { readRecipeText } from './recipe-text.ts';

/** What stands in a text of YAML, part by part; a part that is absent, or is no list or mapping, is empty. */

export function backendIn(yaml: string): string | null {
  const backend = readRecipeText(yaml).section?.backend;
  return typeof backend === 'string' ? backend : null;
}

export function kwargsIn(yaml: string): Readonly<Record<string, unknown>> {
  const kwargs = readRecipeText(yaml).section?.backend_kwargs;
  return isRecord(kwargs) ? kwargs : {};
}

export function rulesIn(yaml: string): readonly unknown[] {
  const layers = readRecipeText(yaml).section?.layers;
  return Array.isArray(layers) ? layers : [];
}

export function skipsIn(yaml: string): readonly string[] {
  const names = readRecipeText(yaml).section?.skip_names;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
