import { Stack, Text, Timeline } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { formatDuration, secondsBetween } from '#dashboard/ui/format/time.ts';

const RunAttemptsFragment = graphql(`
  fragment RunAttempts on Run {
    attempts {
      epoch
      workerId
      state
      startedAt
      endedAt
      failure {
        message
      }
    }
  }
`);

/** Every time a worker took this run. */
export function RunAttempts({ run }: { run: FragmentType<typeof RunAttemptsFragment> }) {
  const { attempts } = readFragment(RunAttemptsFragment, run);
  if (attempts.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        No worker has taken this run yet.
      </Text>
    );
  }
  return (
    <Timeline active={attempts.length} bulletSize={18} lineWidth={2}>
      {attempts.map(({ epoch, workerId, state, startedAt, endedAt, failure }) => (
        <Timeline.Item key={epoch} title={`Attempt ${epoch}: ${state.toLowerCase()}`}>
          <Stack gap={2}>
            <Text size="sm" c="dimmed">
              <Ago date={startedAt} />
              {endedAt ? `, ${formatDuration(secondsBetween(startedAt, endedAt))}` : ''} on{' '}
              <span className="mono">{workerId}</span>
            </Text>
            {failure ? <Text size="sm">{failure.message}</Text> : null}
          </Stack>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
