import type { NetworkModule } from '../network/network-modules.ts';
import { quantizableClass, type Release } from './quantizer-table.ts';

/** Why a module stays as it is whatever a recipe asks, as a clause. */
export function whyNoQuantizers({ class: className }: Pick<NetworkModule, 'class'>, release: Release): string {
  const since = quantizableClass(className)?.since;
  if (since) return `ModelOpt ${release} has no quantizers for ${className}; those came with ${since}`;
  return reasons[className] ?? `ModelOpt has no quantizers for ${className}`;
}

const reasons: Readonly<Record<string, string>> = {
  MultiheadAttention: 'ModelOpt has no quantizers for MultiheadAttention, which computes its products as a function',
  unknown: 'its class is not known; module_classes can say it',
};
