import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconArrowRight, IconArrowsDiff } from '@tabler/icons-react';
import Link from 'next/link';
import { compareHref, type ProjectPath, runHref } from '#dashboard/features/projects/project-path.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import classes from './run-lineage.module.css';

const RunLineageFragment = graphql(`
  fragment RunLineage on Run {
    id
    number
    backend
    promotedFrom {
      id
      number
      backend
      promotedFrom {
        id
        number
        backend
      }
    }
    promotedTo {
      id
      number
      backend
    }
  }
`);

type RunLineageProps = { run: FragmentType<typeof RunLineageFragment>; path: ProjectPath };

/** The way of the progression that leads through this run; nothing for a run that stands alone. */
export function RunLineage({ run: ref, path }: RunLineageProps) {
  const run = readFragment(RunLineageFragment, ref);
  const { promotedFrom: from, promotedTo } = run;
  if (!from && promotedTo.length === 0) return null;
  const before = [from?.promotedFrom, from].filter((step) => step != null);
  return (
    <Group component="nav" aria-label="Progression" justify="space-between" gap="sm" data-testid="run-lineage">
      <ol className={classes.trail}>
        {[...before, run, ...promotedTo].map((step, index) => (
          <li key={step.id} className={classes.step} aria-current={step.id === run.id ? 'step' : undefined}>
            {index > 0 ? <IconArrowRight size={14} className={classes.arrow} aria-hidden /> : null}
            {step.id === run.id ? (
              <Text span size="sm" fw={600} className="tabular">
                #{step.number} {step.backend}
              </Text>
            ) : (
              <Anchor component={Link} href={runHref(path, step.number)} size="sm" className="tabular">
                #{step.number} {step.backend}
              </Anchor>
            )}
          </li>
        ))}
      </ol>
      {from ? (
        <Button
          component={Link}
          href={compareHref(path, [from.number, run.number])}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconArrowsDiff size={16} />}
        >
          Compare with #{from.number}, which it came from
        </Button>
      ) : null}
    </Group>
  );
}
