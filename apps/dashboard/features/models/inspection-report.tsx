'use client';

import { Card, DataList, Group, SimpleGrid, Stack } from '@mantine/core';
import { IconGridDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatCount } from '#dashboard/ui/format/number.ts';
import { LongList } from '#dashboard/ui/long-list.tsx';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { Stat } from '#dashboard/ui/stat.tsx';
import { Empty } from '#dashboard/ui/states.tsx';
import { containerWords } from './container-words.ts';
import { PortList } from './port-list.tsx';
import { TensorTable } from './tensor-table.tsx';

const InspectionReportFragment = graphql(`
  fragment InspectionReport on ModelInspection {
    format
    container
    producer
    wrapper
    bytes
    shards
    tensorBytes
    parameters
    tensorCount
    sharedTensors: matchingTensors(sharedOnly: true)
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
  const { shards, tensorBytes, sharedTensors, producer, wrapper } = report;
  return (
    <Stack gap="lg">
      <Card>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="lg">
          <Stat label="Format" value={report.format} note={shards > 1 ? `in ${counted(shards, 'shard')}` : null} />
          <Stat label="Parameters" value={formatCount(report.parameters)} />
          <Stat
            label="Tensors"
            value={formatCount(report.tensorCount)}
            note={sharedTensors > 0 ? `${formatCount(sharedTensors)} share memory` : null}
          />
          <Stat
            label="Size"
            value={formatBytes(report.bytes)}
            note={
              tensorBytes == null
                ? null
                : `${formatBytes(tensorBytes)} of tensors${sharedTensors > 0 ? ', what is shared counted once' : ''}`
            }
          />
        </SimpleGrid>
        <DataList orientation="horizontal" labelWidth={130} gap="xs" mt="lg" size="sm">
          <Fact label="Container">{containerWords(report.container)}</Fact>
          {producer ? <Fact label="Written by">{producer}</Fact> : null}
          {wrapper.length > 0 ? (
            <Fact label="Tensors under">
              <span className="mono">{wrapper.join(' › ')}</span>
            </Fact>
          ) : null}
        </DataList>
      </Card>
      {report.unknownGlobals.length > 0 ? (
        <Notice
          tone="warning"
          title={`${counted(report.unknownGlobals.length, 'name')} of Python code in this file`}
          remedy="They were read as data: none was looked up, imported or called, and the tensors are read all the same. A plain state dict holds no such names; torch.load(weights_only=True) may refuse a file that does."
        >
          <LongList
            items={report.unknownGlobals}
            noun="name"
            show={(name) => (
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </span>
            )}
          />
        </Notice>
      ) : null}
      {report.notes.length > 0 ? (
        <Notice tone="info" title="Worth knowing">
          <LongList items={report.notes} noun="note" />
        </Notice>
      ) : null}
      {report.inputs.length + report.outputs.length > 0 ? (
        <Group grow align="stretch" preventGrowOverflow={false} wrap="wrap">
          <PortList title="Inputs" ports={report.inputs} />
          <PortList title="Outputs" ports={report.outputs} />
        </Group>
      ) : null}
      {report.tensorCount > 0 ? (
        <TensorTable versionId={versionId} total={report.tensorCount} shared={sharedTensors} />
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

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue>{children}</DataList.ItemValue>
    </DataList.Item>
  );
}
