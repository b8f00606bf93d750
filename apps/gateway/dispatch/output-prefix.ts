import type { LeaseKey } from './run-states.ts';

/** Where the outputs of one attempt lie in the artifact store; no two attempts share it. */
export function outputPrefix({ organizationId, runId, epoch }: LeaseKey): string {
  return `${organizationId}/runs/${runId}/${epoch}`;
}
