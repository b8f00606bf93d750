import type { PyCall } from './value.ts';

/** Whether a call makes a tensor: `torch._utils._rebuild_*` and `torch._tensor._rebuild_*`. */
export function isRebuild({ callee }: PyCall): boolean {
  return (
    typeof callee === 'object' &&
    callee?.kind === 'global' &&
    (callee.module === 'torch._utils' || callee.module === 'torch._tensor') &&
    callee.name.startsWith('_rebuild_')
  );
}
