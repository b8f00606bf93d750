import { Anchor, DataList } from '@mantine/core';
import Link from 'next/link';
import { modelHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Ago } from '#dashboard/ui/ago.tsx';
import { Section } from '#dashboard/ui/section.tsx';

const RunInputsFragment = graphql(`
  fragment RunInputs on Run {
    createdBy
    queuedAt
    modelVersion {
      id
      number
      model {
        id
        name
      }
      graph {
        id
        name
      }
    }
    calibration {
      id
      number
      dataset {
        id
        name
      }
    }
    evaluation {
      id
      number
      dataset {
        id
        name
      }
    }
  }
`);

/** What the run worked on, and who asked for it. */
export function RunInputs({ run, path }: { run: FragmentType<typeof RunInputsFragment>; path: ProjectPath }) {
  const { modelVersion: version, calibration, evaluation, createdBy, queuedAt } = readFragment(RunInputsFragment, run);
  return (
    <Section title="Inputs">
      <DataList orientation="horizontal" labelWidth={150} gap="xs">
        <DataList.Item>
          <DataList.ItemLabel>Model</DataList.ItemLabel>
          <DataList.ItemValue>
            <Anchor component={Link} href={modelHref(path, version.model.id)} inherit>
              {version.model.name} v{version.number}
            </Anchor>
            {version.graph ? ` with ${version.graph.name}` : ''}
          </DataList.ItemValue>
        </DataList.Item>
        {calibration ? (
          <DataList.Item>
            <DataList.ItemLabel>Calibrated with</DataList.ItemLabel>
            <DataList.ItemValue>
              {calibration.dataset.name} v{calibration.number}
            </DataList.ItemValue>
          </DataList.Item>
        ) : null}
        {evaluation ? (
          <DataList.Item>
            <DataList.ItemLabel>Measured on</DataList.ItemLabel>
            <DataList.ItemValue>
              {evaluation.dataset.name} v{evaluation.number}
            </DataList.ItemValue>
          </DataList.Item>
        ) : null}
        <DataList.Item>
          <DataList.ItemLabel>Submitted</DataList.ItemLabel>
          <DataList.ItemValue>
            by {createdBy}, <Ago date={queuedAt} />
          </DataList.ItemValue>
        </DataList.Item>
      </DataList>
    </Section>
  );
}
