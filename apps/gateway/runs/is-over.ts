import type { RunState } from '#prisma/generated/client/client.ts';

/** Whether each state is one that nothing follows. */
const over = {
  QUEUED: false,
  CLAIMED: false,
  RUNNING: false,
  SUCCEEDED: true,
  FAILED: true,
  CANCELED: true,
} as const satisfies Record<RunState, boolean>;

export function isOver(state: RunState): boolean {
  return over[state];
}
