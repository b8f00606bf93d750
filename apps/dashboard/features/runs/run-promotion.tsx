'use client';

import { useQuery } from '@apollo/client/react';
import { DataList, Divider, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { datasetOptions } from '#dashboard/features/wizard/dataset-options.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { accuracyChange } from './accuracy-change.ts';
import { PromotionChanges } from './promotion-changes.tsx';
import { PromotionMissing } from './promotion-missing.tsx';
import { StartPromotion } from './start-promotion.tsx';

const RunPromotionQuery = graphql(`
  query RunPromotion($id: ID!) {
    run(id: $id) {
      id
      number
      modelVersion {
        id
        number
        model {
          id
          name
        }
      }
      promotedTo {
        id
      }
      outcome {
        evaluation {
          float {
            correct
            total
          }
          quantized {
            correct
          }
        }
      }
      project {
        id
        datasets(first: 100) {
          edges {
            node {
              id
              ...DatasetOption
            }
          }
        }
      }
      promotion {
        to
        why
        takesCalibration
        modelVersion {
          id
          number
          model {
            id
            name
          }
        }
        graphOf {
          id
          number
          graph {
            id
            name
          }
          model {
            id
            name
          }
        }
        calibration {
          id
        }
        evaluation {
          id
          number
          dataset {
            id
            name
          }
        }
        missing {
          code
          message
          remedy
        }
        ...PromotionChanges
        ...StartPromotion
      }
    }
  }
`);

/** The next run of the progression, seen before it is started. */
export function RunPromotion({ id, path }: { id: string; path: ProjectPath }) {
  // What was missing may have been added on another page meanwhile.
  const { data } = useQuery(RunPromotionQuery, { variables: { id }, fetchPolicy: 'cache-and-network' });
  const [chosen, setChosen] = useState<string | null>(null);
  const run = data?.run;
  const promotion = run?.promotion;
  if (!promotion) return null;
  const calibrationId = chosen ?? promotion.calibration?.id ?? null;
  const missing = promotion.missing.filter(({ code }) => code !== 'CALIBRATION_MISSING' || calibrationId === null);
  const datasets = datasetOptions(nodesOf(run.project.datasets), 'calibration');
  const { modelVersion: version, graphOf: graph, evaluation } = promotion;
  const measured = run.outcome?.evaluation;
  const change = measured ? accuracyChange(measured.float, measured.quantized) : null;
  const lost = change?.kind === 'loss';
  return (
    <Section title={`Next step: ${promotion.to}`} description={promotion.why}>
      <Stack gap="lg" data-testid="promotion" data-to={promotion.to}>
        <PromotionChanges promotion={promotion} />
        <Divider />
        <DataList orientation="horizontal" labelWidth={150} gap="sm">
          <DataList.Item>
            <DataList.ItemLabel>Model</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>
              {version ? `${version.model.name} v${version.number}` : null}
              {version && graph && version.id === graph.id ? ` with ${graph.graph?.name}` : null}
              {!version && graph
                ? `${graph.graph?.name}, the companion graph of ${graph.model.name} v${graph.number}`
                : null}
              {version || graph ? null : 'not there yet'}
            </DataList.ItemValue>
          </DataList.Item>
          {promotion.takesCalibration ? (
            // On a phone the name of a dataset and its size take the whole width.
            <DataList.Item style={{ flexWrap: 'wrap' }}>
              <DataList.ItemLabel>Calibrated with</DataList.ItemLabel>
              <DataList.ItemValue flex="1 1 15rem">
                <Select
                  aria-label="Calibration set of the next step"
                  placeholder={datasets.length > 0 ? 'Choose a dataset' : 'No dataset yet'}
                  data={datasets}
                  value={calibrationId}
                  onChange={setChosen}
                  allowDeselect={false}
                  size="sm"
                  maw={420}
                />
              </DataList.ItemValue>
            </DataList.Item>
          ) : null}
          <DataList.Item>
            <DataList.ItemLabel>Measured on</DataList.ItemLabel>
            <DataList.ItemValue>
              {evaluation ? (
                `${evaluation.dataset.name} v${evaluation.number}`
              ) : (
                <Text span inherit c="dimmed">
                  nothing, as this run
                </Text>
              )}
            </DataList.ItemValue>
          </DataList.Item>
        </DataList>
        {missing.length > 0 ? (
          <PromotionMissing missing={missing} path={path} modelId={run.modelVersion.model.id} />
        ) : null}
        {lost ? (
          <Notice tone="warning" title={`This run lost accuracy: ${change.words}`}>
            The next step takes the same rules, and is likely to lose as much. Change this run’s recipe first.
          </Notice>
        ) : null}
        <StartPromotion
          run={run}
          promotion={promotion}
          path={path}
          calibrationId={calibrationId}
          ready={missing.length === 0}
          again={run.promotedTo.length > 0}
          doubtful={lost}
        />
      </Stack>
    </Section>
  );
}
