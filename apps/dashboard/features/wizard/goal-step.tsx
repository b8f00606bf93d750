'use client';

import { useQuery } from '@apollo/client/react';
import { Radio, SimpleGrid, Stack } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { AdviceCard } from './advice-card.tsx';
import { Choice } from './choice.tsx';
import { answersOf, type ChangeDraft, type RunDraft } from './draft.ts';

const AdviceQuery = graphql(`
  query Advice($input: AdviceInput!) {
    adviseBackend(input: $input) {
      backend {
        id
      }
      ...AdviceCard
    }
  }
`);

const yesNo = (value: boolean | null) => (value === null ? null : value ? 'yes' : 'no');

/** The two questions that decide the backend. */
export function GoalStep({ draft, change }: { draft: RunDraft; change: ChangeDraft }) {
  return (
    <Stack gap="xl">
      <Radio.Group
        label="Will this model run on TensorRT in production?"
        value={yesNo(draft.targetsTensorrt)}
        onChange={(value) => change({ targetsTensorrt: value === 'yes', source: null })}
      >
        <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
          <Choice
            value="yes"
            title="Yes, TensorRT is the target"
            description="The result is an ONNX model with quantize and dequantize nodes, for a TensorRT engine to be built from."
          />
          <Choice
            value="no"
            title="No, or not yet"
            description="You want to know whether quantization holds, or you stay in PyTorch."
          />
        </SimpleGrid>
      </Radio.Group>
      {draft.targetsTensorrt === false ? (
        <Radio.Group
          label="Should activations be quantized as well as weights?"
          value={yesNo(draft.quantizesActivations)}
          onChange={(value) => change({ quantizesActivations: value === 'yes', source: null })}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
            <Choice
              value="yes"
              title="Yes, weights and activations"
              description="Closer to what hardware does. Samples of real input are needed to find the ranges."
            />
            <Choice
              value="no"
              title="No, weights are enough"
              description="The file gets smaller at once, and nothing but the checkpoint is needed."
            />
          </SimpleGrid>
        </Radio.Group>
      ) : null}
      <Proposal draft={draft} change={change} />
    </Stack>
  );
}

function Proposal({ draft, change }: { draft: RunDraft; change: ChangeDraft }) {
  const answers = answersOf(draft);
  return answers ? <Advised key={JSON.stringify(answers)} input={answers} draft={draft} change={change} /> : null;
}

type AdvisedProps = { input: NonNullable<ReturnType<typeof answersOf>>; draft: RunDraft; change: ChangeDraft };

function Advised({ input, draft, change }: AdvisedProps) {
  const { data, loading, error, refetch } = useQuery(AdviceQuery, { variables: { input } });
  const advice = data?.adviseBackend;
  const proposed = advice?.backend.id;
  // The proposal is the choice until the person takes another recipe in the next step.
  const take = useEffectEvent((backend: string) => {
    if (draft.source === null) change({ source: { kind: 'preset', backend } });
  });
  useEffect(() => {
    if (proposed) take(proposed);
  }, [proposed]);
  if (!advice) return <QueryState loading={loading} error={error} retry={() => void refetch()} what="advice" />;
  return <AdviceCard advice={advice} />;
}
