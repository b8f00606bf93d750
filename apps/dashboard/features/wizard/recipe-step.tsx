'use client';

import { Badge, Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { Choice } from './choice.tsx';
import { backendProblem, type ChangeDraft, type RunDraft, yamlOf } from './draft.ts';

const RecipeStepFragment = graphql(`
  fragment RecipeStep on Backend {
    id
    title
    input
    bestFor
    presetYaml
  }
`);

const own = 'own';

type RecipeStepProps = {
  draft: RunDraft;
  change: ChangeDraft;
  backends: readonly FragmentType<typeof RecipeStepFragment>[];
};

/** The three presets as they stand, or a team's own TAO section. */
export function RecipeStep({ draft, change, backends: refs }: RecipeStepProps) {
  const backends = readFragment(RecipeStepFragment, refs);
  const yaml = yamlOf(draft, backends);
  const chosen = draft.source?.kind === 'preset' ? draft.source.backend : draft.source ? own : null;
  const edit = () => change({ source: { kind: 'yaml' }, yaml });
  return (
    <Stack gap="lg">
      <Radio.Group
        label="Recipe"
        value={chosen}
        onChange={(value) =>
          change({
            source: value === own ? { kind: 'yaml' } : { kind: 'preset', backend: value },
            yaml: draft.yaml || yaml,
          })
        }
      >
        <Stack gap="sm" mt="xs">
          {backends.map((backend) => (
            <Choice
              key={backend.id}
              value={backend.id}
              title={backend.title}
              description={backend.bestFor}
              aside={
                <Badge color="gray" className="mono">
                  {backend.input}
                </Badge>
              }
            />
          ))}
          <Choice
            value={own}
            title="Your own YAML"
            description="The quantize: section of a TAO experiment spec, as it stands."
          />
        </Stack>
      </Radio.Group>
      {chosen === own ? (
        <Textarea
          label="Recipe YAML"
          description="The same keys and words as TAO's quantize: section. Rules match layer names, then class names; * crosses dots."
          placeholder={'quantize:\n  backend: torchao\n  mode: weight_only_ptq'}
          value={draft.yaml}
          error={backendProblem(draft.yaml, backends)}
          onChange={(event) => change({ yaml: event.currentTarget.value })}
          autosize
          minRows={12}
          maxRows={30}
          spellCheck={false}
          autoCapitalize="off"
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13, lineHeight: 1.6 } }}
        />
      ) : chosen ? (
        <div>
          <Group justify="space-between" mb={6}>
            <Text size="sm" fw={500}>
              What will be sent
            </Text>
            <Button variant="subtle" size="compact-sm" leftSection={<IconPencil size={14} />} onClick={edit}>
              Edit as YAML
            </Button>
          </Group>
          <CodeBlock code={yaml} label="Recipe" />
        </div>
      ) : null}
    </Stack>
  );
}
