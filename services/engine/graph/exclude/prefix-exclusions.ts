import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { Exclusion } from './exclusion.ts';

/**
 * ModelOpt reads the names it has excluded as regular expressions that match the beginning of a name, so that
 * excluding `MatMul_1` excludes `MatMul_12` as well. Followed, because the placements would differ otherwise; the
 * reason says which name did it. A name that is no valid expression stands for itself, and so does one with repetitions,
 * alternatives or groups: a file's own names must not choose how long matching takes.
 */
export function withPrefixes(nodes: readonly OnnxNode[], exclusions: readonly Exclusion[]): readonly Exclusion[] {
  return exclusions.flatMap((exclusion) => {
    const matches = prefixMatcher(exclusion.node);
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

const unbounded = /[*+?{}|()]/;

function prefixMatcher(name: string): (candidate: string) => boolean {
  if (unbounded.test(name)) return () => false;
  try {
    const expression = new RegExp(`^(?:${name})`, 'u');
    return (candidate) => expression.test(candidate);
  } catch {
    return () => false;
  }
}
