'use client';

import { Badge, Button, Card, Group, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { CodeBlock } from '#dashboard/ui/code-block.tsx';
import { Choice } from './choice.tsx';
import { type ChangeDraft, type RunDraft, recipeProblem, withYaml, yamlOf } from './draft.ts';
import { RecipeForm } from './recipe-form.tsx';
import classes from './recipe-step.module.css';
import { readRecipeText } from './recipe-text.ts';
import { YamlEditor } from './yaml-editor.tsx';

const RecipeStepFragment = graphql(`
  fragment RecipeStep on Backend {
    id
    title
    input
    bestFor
    modes
    presetYaml
    ...RecipeForm
  }
`);

const own = 'own';

type RecipeStepProps = {
  draft: RunDraft;
  change: ChangeDraft;
  backends: readonly FragmentType<typeof RecipeStepFragment>[];
};

/** A backend's preset or a team's own TAO section; a form and the text beside it, which are one recipe. */
export function RecipeStep({ draft, change, backends: refs }: RecipeStepProps) {
  const backends = readFragment(RecipeStepFragment, refs);
  const yaml = yamlOf(draft, backends);
  const chosen = draft.source?.kind === 'preset' ? draft.source.backend : draft.source ? own : null;
  const { section } = readRecipeText(yaml);
  const backend = backends.find(({ id }) => id === section?.backend);
  const edit = () => change({ source: { kind: 'yaml' }, yaml });
  const setYaml = (text: string) => change(withYaml(draft, text));
  return (
    <Stack gap="lg">
      <Radio.Group
        label="Recipe"
        value={chosen}
        onChange={(value) =>
          value === own
            ? change({ source: { kind: 'yaml' }, yaml: draft.yaml || yaml })
            : change({ source: { kind: 'preset', backend: value } })
        }
      >
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt="xs">
          {backends.map(({ id, title, input, bestFor }) => (
            <Choice
              key={id}
              value={id}
              title={title}
              description={bestFor}
              aside={
                <Badge color="gray" className="mono">
                  {input}
                </Badge>
              }
            />
          ))}
          <Choice
            value={own}
            title="Your own YAML"
            description="The quantize: section of a TAO experiment spec, as it stands."
          />
        </SimpleGrid>
      </Radio.Group>
      {chosen ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Card component="section" aria-label="Options">
            {backend ? (
              <RecipeForm backend={backend} yaml={yaml} onChange={setYaml} />
            ) : (
              <Text size="sm" c="dimmed">
                The options of a backend appear here once the YAML names one.
              </Text>
            )}
          </Card>
          <div className={classes.text}>
            {chosen === own ? (
              <YamlEditor value={draft.yaml} problem={recipeProblem(draft.yaml, backends)} onChange={setYaml} />
            ) : (
              <>
                <Group justify="space-between" mb={6}>
                  <Text size="sm" fw={500}>
                    What will be sent
                  </Text>
                  <Button variant="subtle" size="compact-sm" leftSection={<IconPencil size={14} />} onClick={edit}>
                    Edit as YAML
                  </Button>
                </Group>
                <Text size="sm" c="dimmed" mb={6}>
                  Rules by layer: in YAML, <code>layers:</code>
                  {backend && backend.modes.length > 1 ? (
                    <>
                      ; weights only: <code>mode: weight_only_ptq</code>
                    </>
                  ) : null}
                  .
                </Text>
                <CodeBlock code={yaml} label="Recipe" />
              </>
            )}
          </div>
        </SimpleGrid>
      ) : null}
    </Stack>
  );
}
