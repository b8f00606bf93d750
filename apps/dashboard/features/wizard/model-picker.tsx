'use client';

import { List, Select, Stack } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import type { ChangeDraft, RecipeNeeds, RunDraft } from './draft.ts';
import { misfit } from './misfit.ts';

const ModelPickerFragment = graphql(`
  fragment ModelPicker on Model {
    id
    name
    versions(first: 12) {
      edges {
        node {
          id
          number
          inspectionState
          graph {
            id
          }
          file {
            id
            name
          }
          inspection {
            format
          }
        }
      }
    }
  }
`);

type ModelPickerProps = {
  models: readonly FragmentType<typeof ModelPickerFragment>[];
  needs: RecipeNeeds | null;
  draft: RunDraft;
  change: ChangeDraft;
};

/** The versions that fit the recipe; below, those that do not, each with its reason. */
export function ModelPicker({ models: refs, needs, draft, change }: ModelPickerProps) {
  const versions = readFragment(ModelPickerFragment, refs).flatMap(({ name, versions: connection }) =>
    nodesOf(connection).map((version) => ({
      ...version,
      label: `${name} v${version.number}`,
      reason: misfit(version, needs),
    })),
  );
  const fitting = versions.filter(({ reason }) => reason === null);
  const unfit = versions.filter(({ reason }) => reason !== null);
  const chosen = unfit.find(({ id }) => id === draft.modelVersionId);
  const only = fitting.length === 1 ? fitting[0]?.id : undefined;
  const takeOnly = useEffectEvent((id: string) => {
    if (draft.modelVersionId === null) change({ modelVersionId: id });
  });
  const drop = useEffectEvent(() => change({ modelVersionId: null }));

  useEffect(() => {
    if (chosen) drop();
  }, [chosen]);
  useEffect(() => {
    if (only) takeOnly(only);
  }, [only]);

  return (
    <Stack>
      <Select
        label="Model version"
        description={needs ? `${needs.backend} takes ${needs.input}.` : null}
        placeholder={fitting.length > 0 ? 'Choose a model' : 'No model fits this recipe yet'}
        data={fitting.map(({ id, label, file }) => ({ value: id, label: `${label} · ${file.name}` }))}
        value={draft.modelVersionId}
        onChange={(modelVersionId) => change({ modelVersionId })}
        allowDeselect={false}
        required
      />
      {unfit.length > 0 ? (
        <Notice tone="info" title="These do not fit the recipe">
          <List size="sm" spacing={2}>
            {unfit.map(({ id, label, reason }) => (
              <List.Item key={id}>
                {label}: {reason}
              </List.Item>
            ))}
          </List>
        </Notice>
      ) : null}
    </Stack>
  );
}
