import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { Exclusion } from './exclusion.ts';
import { nameAsPattern } from './name-pattern.ts';

/**
 * ModelOpt reads the names it has excluded itself as regular expressions that match the beginning of a name, so that
 * excluding `MatMul_1` excludes `MatMul_12` as well. These are the exclusions with those that this adds; the reason
 * says which name did it. A name that is no valid expression stands for itself, and so do all of them where there
 * are more pairs of names than can be compared in some seconds: no network has so many, but a file could.
 */
export function withPrefixes(nodes: readonly OnnxNode[], exclusions: readonly Exclusion[]): readonly Exclusion[] {
  if (nodes.length * exclusions.length > mostPairs) return exclusions;
  return exclusions.flatMap((exclusion) => {
    const matches = nameAsPattern(exclusion.node) ?? (() => false);
    return nodes
      .filter((node) => node.name === exclusion.node || matches(node.name))
      .map((node) => ({
        node: node.name,
        reason:
          node.name === exclusion.node
            ? exclusion.reason
            : `ModelOpt takes the excluded name ${exclusion.node} as a prefix, and this name begins with it`,
      }));
  });
}

const mostPairs = 30_000_000;
