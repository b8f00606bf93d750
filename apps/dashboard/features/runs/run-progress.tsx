'use client';

import { useQuery } from '@apollo/client/react';
import { Card, Group, Progress, Stepper, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { RunLiveFragment } from './run-live.ts';
import { overallFraction, stageIndex, stages } from './stages.ts';
import { timeLeft } from './time-left.ts';
import { WorkerSilence } from './worker-silence.tsx';

const RunProgressFragment = graphql(`
  fragment RunProgress on Run {
    id
    backend
    attempts {
      epoch
      state
    }
    ...RunLive
  }
`);

/** The stages, how far the current one is, and how long it may yet take. */
export function RunProgress({ run: ref }: { run: FragmentType<typeof RunProgressFragment> }) {
  const run = readFragment(RunProgressFragment, ref);
  const { state, stage, fraction, etaSeconds } = readFragment(RunLiveFragment, run);
  const whole = overallFraction(stage, fraction);
  const index = stageIndex(stage);
  const again = run.attempts.some((attempt) => attempt.state === 'LOST');
  return (
    <Card component="section" aria-label="Progress" data-testid="run-progress">
      {state === 'QUEUED' ? (
        <Waiting backend={run.backend} />
      ) : (
        <>
          <WorkerSilence id={run.id} />
          <Group justify="space-between" mb="xs">
            <Text fw={500} className="tabular">
              {Math.floor(whole * 100)} %{again ? ` · attempt ${run.attempts.length}, after a worker was lost` : ''}
            </Text>
            <Text size="sm" c="dimmed" className="tabular">
              {timeLeft({ state, etaSeconds })}
            </Text>
          </Group>
          <Progress value={whole * 100} size="sm" animated aria-label="Progress of this run" />
        </>
      )}
      <Stepper active={state === 'QUEUED' ? -1 : index} size="xs" mt="lg" allowNextStepsSelect={false} wrap={false}>
        {stages.map(({ id, label }, position) => (
          <Stepper.Step
            key={id}
            label={label}
            loading={position === index && state === 'RUNNING'}
            description={position === index ? `${Math.floor(fraction * 100)} %` : ' '}
          />
        ))}
      </Stepper>
    </Card>
  );
}

const FleetQuery = graphql(`
  query FleetForBackend {
    fleet {
      id
      backends
      online
    }
  }
`);

/** A queued run, and whether anyone is there to take it. */
function Waiting({ backend }: { backend: string }) {
  const { data } = useQuery(FleetQuery, { pollInterval: 5_000 });
  const able = data?.fleet.filter((worker) => worker.online && worker.backends.includes(backend)).length;
  return (
    <>
      <Text fw={500}>Waiting for a worker</Text>
      <Text size="sm" c="dimmed" role="status">
        {able === undefined
          ? 'The clock starts when a worker takes this run, not before.'
          : able === 0
            ? `No worker for ${backend} is online. The run starts by itself when one is.`
            : `${able === 1 ? 'One worker' : `${able} workers`} for ${backend} online. The clock starts when one takes this run.`}
      </Text>
    </>
  );
}
