import { Accordion, Badge, Group, Stack, Text } from '@mantine/core';
import type { OptionFieldFragment as OptionData } from '#dashboard/graphql/generated/graphql.ts';
import { OptionField } from './option-field.tsx';
import { barredIn, chooseOption, hasEffect, type OptionFacts, optionIn } from './recipe-choices.ts';
import { kwargsIn } from './recipe-parts.ts';

/** What a field shows, and what its values decide of others. */
type FormOption = OptionData & OptionFacts;

type OptionListProps = {
  /** Those that have a field here. */
  shown: readonly FormOption[];
  /** All of the backend, since they depend on each other. */
  options: readonly FormOption[];
  yaml: string;
  onChange: (yaml: string) => void;
};

/** A field for each option. */
export function OptionList({ shown, options, yaml, onChange }: OptionListProps) {
  return shown.map((option) => (
    <OptionField
      key={option.key}
      option={option}
      value={optionIn(yaml, options, option.key)}
      live={hasEffect(yaml, options, option)}
      barred={barredIn(yaml, options, option.key)}
      onChange={(value) => onChange(chooseOption(yaml, options, { key: option.key, value }))}
    />
  ));
}

/** The less usual options, by what they belong to; a group is open at first where the recipe says something of it. */
export function OptionGroups({ options, yaml, onChange }: Omit<OptionListProps, 'shown'>) {
  const kwargs = kwargsIn(yaml);
  const groups = groupsOf(options).map((group) => ({
    ...group,
    said: group.shown.filter(({ key }) => kwargs[key] !== undefined).length,
  }));
  if (groups.length === 0) return null;
  return (
    <Accordion
      multiple
      variant="separated"
      radius="md"
      defaultValue={groups.filter(({ said }) => said > 0).map(({ title }) => title)}
    >
      {groups.map(({ title, help, shown, said }) => (
        <Accordion.Item key={title} value={title}>
          <Accordion.Control>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {title}
              </Text>
              {said > 0 ? (
                <Badge size="sm" variant="light">
                  {said} set
                </Badge>
              ) : null}
            </Group>
            <Text size="sm" c="dimmed">
              {help}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Stack>
              <OptionList shown={shown} options={options} yaml={yaml} onChange={onChange} />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

type OptionGroup = { readonly title: string; readonly help: string; readonly shown: readonly FormOption[] };

function groupsOf(options: readonly FormOption[]): readonly OptionGroup[] {
  const heads = new Map(options.flatMap(({ group }) => (group ? [[group.title, group.help] as const] : [])));
  return [...heads].map(([title, help]) => ({
    title,
    help,
    shown: options.filter(({ group }) => group?.title === title),
  }));
}
