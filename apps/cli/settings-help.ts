import { type BackendCard, catalogue } from '#contract/recipe/catalogue.ts';
import { optionValues, yamlValue } from './option-values.ts';

/** The keys of `--set`, backend by backend, for the end of a help. */
export function settingsHelp(): string {
  const cards = Object.values<BackendCard>(catalogue).filter(({ kwargs }) => Object.keys(kwargs).length > 0);
  return ['', ...cards.map(keysOf)].join('\n');
}

function keysOf({ id, kwargs }: BackendCard): string {
  const keys = Object.entries(kwargs).flatMap(([key, option]) => [
    `  ${key}=${optionValues(option)}${option.initial === null ? '' : `  (default: ${yamlValue(option.initial)})`}`,
    `      ${option.help}`,
  ]);
  return [`--set for ${id}:`, ...keys, ''].join('\n');
}
