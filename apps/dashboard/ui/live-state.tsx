import { Badge, Loader } from '@mantine/core';
import type { FollowState } from '#dashboard/graphql/follow-events.ts';

/** Says so while the page is cut off from the server; silent when all is well. */
export function LiveState({ state }: { state: FollowState }) {
  if (state !== 'reconnecting') return null;
  return (
    <Badge variant="default" leftSection={<Loader size={10} color="yellow" />} role="status" data-testid="reconnecting">
      Reconnecting
    </Badge>
  );
}
