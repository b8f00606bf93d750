'use client';

import { useQuery } from '@apollo/client/react';
import { Box } from '@mantine/core';
import { memo } from 'react';
import { PlanTable } from '#dashboard/features/plan/plan-table.tsx';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { QueryState } from '#dashboard/ui/query-state.tsx';

const RunPlanQuery = graphql(`
  query RunPlan($id: ID!) {
    run(id: $id) {
      id
      plan {
        ...PlanTable
      }
    }
  }
`);

/**
 * The plan that a run has written, which never changes again. It is asked for once and kept out of Apollo's cache,
 * which would take thousands of layers apart and put them together again whenever the run reports something; for the same reason it is drawn apart from the page.
 */
export const RunPlan = memo(function RunPlan({ id }: { id: string }) {
  const { data, loading, error, refetch } = useQuery(RunPlanQuery, { variables: { id }, fetchPolicy: 'no-cache' });
  const plan = data?.run?.plan;
  if (plan) return <PlanTable plan={plan} />;
  return (
    <Box px="lg">
      <QueryState loading={loading} error={error} retry={() => void refetch()} what="plan" />
    </Box>
  );
});
