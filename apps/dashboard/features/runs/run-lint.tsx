import { Badge, Box, Group, Stack, Text } from '@mantine/core';
import type { LintLevel } from '#dashboard/graphql/generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { counted } from '#dashboard/ui/format/number.ts';
import { Section } from '#dashboard/ui/section.tsx';

const RunLintFragment = graphql(`
  fragment RunLint on Run {
    outcome {
      lint {
        errors
        warnings
        infos
        trtexec
        trtexecNote
        findings {
          rule
          level
          node
          message
          remedy
          count
          others
        }
      }
    }
  }
`);

/** What TensorRT will say of the result, and how to build its engine. */
export function RunLint({ run }: { run: FragmentType<typeof RunLintFragment> }) {
  const lint = readFragment(RunLintFragment, run).outcome?.lint;
  if (!lint) return null;
  return (
    <Section title="TensorRT readiness" description={verdict(lint)}>
      <Stack gap="lg" data-testid="run-lint">
        {lint.findings.length > 0 ? (
          <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Findings">
            {lint.findings.map((finding) => (
              <Finding key={`${finding.rule} ${finding.remedy}`} finding={finding} />
            ))}
          </Stack>
        ) : null}
        <div>
          <Text size="sm" fw={500} mb={6}>
            Build the engine
          </Text>
          <CodeBlock code={lint.trtexec} label="Command" />
          <Text size="sm" c="dimmed" mt={6}>
            {lint.trtexecNote}
          </Text>
        </div>
      </Stack>
    </Section>
  );
}

type FindingProps = {
  finding: {
    readonly rule: string;
    readonly level: LintLevel;
    readonly node: string;
    readonly message: string;
    readonly remedy: string;
    readonly count: number;
    readonly others: readonly string[];
  };
};

function Finding({ finding: { rule, level, message, remedy, count, others } }: FindingProps) {
  const more = count - 1 - others.length;
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm">
      <Badge color={colors[level]} variant="light" tt="none" style={{ flex: 'none' }} miw={104}>
        {rule} {level.toLowerCase()}
      </Badge>
      <Box miw={0} style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm">{message}</Text>
        {others.length > 0 ? (
          <Text size="sm" c="dimmed">
            Also: {others.join(', ')}
            {more > 0 ? ` and ${more} more` : ''}
          </Text>
        ) : null}
        <Text size="sm" c="dimmed">
          {remedy}
        </Text>
      </Box>
    </Group>
  );
}

const colors = { ERROR: 'red', WARNING: 'orange', INFO: 'gray' } as const satisfies Record<LintLevel, string>;

function verdict({ errors, warnings }: { errors: number; warnings: number }): string {
  if (errors > 0) return `${counted(errors, 'error')}: TensorRT refuses such a model, or takes it for another.`;
  if (warnings > 0) return `No errors, ${counted(warnings, 'warning')}: the engine may be slower than it could be.`;
  return 'No errors and no warnings.';
}
