import { Badge, Loader } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { InspectionState } from '#dashboard/graphql/generated/graphql.ts';

/** Says what an upload is, once it is known. */
export function InspectionBadge({ state, format }: { state: InspectionState; format: string | undefined }) {
  if (state === 'PENDING') {
    return (
      <Badge color="gray" leftSection={<Loader size={10} color="gray" />}>
        Inspecting
      </Badge>
    );
  }
  if (state === 'FAILED') {
    return (
      <Badge color="red" leftSection={<IconX size={13} />}>
        Not usable
      </Badge>
    );
  }
  return (
    <Badge color="gray" data-testid="inspection-format">
      {format ?? 'ready'}
    </Badge>
  );
}
