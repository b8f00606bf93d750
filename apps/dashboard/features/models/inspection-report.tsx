'use client';

import { Card, Group, List, SimpleGrid, Stack } from '@mantine/core';
import { IconGridDots } from '@tabler/icons-react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatCount } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Stat } from '#dashboard/ui/stat.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { PortList } from './port-list.tsx';
import { TensorTable } from './tensor-table.tsx';

const InspectionReportFragment = graphql(`
  fragment InspectionReport on ModelInspection {
    format
    container
    producer
    wrapper
    bytes
    parameters
    tensorCount
    unknownGlobals
    notes
    inputs {
      ...PortFields
    }
    outputs {
      ...PortFields
    }
  }
`);

type InspectionReportProps = { inspection: FragmentType<typeof InspectionReportFragment>; versionId: string };

/** What a file turned out to be. */
export function InspectionReport({ inspection, versionId }: InspectionReportProps) {
  const report = readFragment(InspectionReportFragment, inspection);
  const origin = [report.container, report.producer].filter((part) => part).join(', ');
  return (
    <Stack gap="lg">
      <Card>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="lg">
          <Stat label="Format" value={report.format} note={origin} />
          <Stat label="Parameters" value={formatCount(report.parameters)} />
          <Stat label="Tensors" value={formatCount(report.tensorCount)} note={wrapperNote(report.wrapper)} />
          <Stat label="Size" value={formatBytes(report.bytes)} />
        </SimpleGrid>
      </Card>
      {report.unknownGlobals.length > 0 ? (
        <Notice
          tone="warning"
          title={`${counted(report.unknownGlobals.length, 'name')} in the pickle that we do not know`}
          remedy="Read as inert data; nothing of the file was executed. A bare state dict holds none of them."
        >
          <span className="mono">{report.unknownGlobals.join(', ')}</span>
        </Notice>
      ) : null}
      {report.notes.length > 0 ? (
        <Notice tone="info" title="Worth knowing">
          <List size="sm">
            {report.notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
        </Notice>
      ) : null}
      {report.inputs.length + report.outputs.length > 0 ? (
        <Group grow align="stretch" preventGrowOverflow={false} wrap="wrap">
          <PortList title="Inputs" ports={report.inputs} />
          <PortList title="Outputs" ports={report.outputs} />
        </Group>
      ) : null}
      {report.tensorCount > 0 ? (
        <TensorTable versionId={versionId} total={report.tensorCount} />
      ) : (
        <Section title="Tensors" padding="bare">
          <Empty
            icon={<IconGridDots />}
            title="No tensors in this file"
            description="There are no weights here to quantize. Upload a new version that holds the network's weights."
          />
        </Section>
      )}
    </Stack>
  );
}

function wrapperNote(wrapper: readonly string[]): string | null {
  return wrapper.length > 0 ? `under ${wrapper.join(' › ')}` : null;
}
