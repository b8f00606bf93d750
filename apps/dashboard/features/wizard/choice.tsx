import { Group, Radio, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './choice.module.css';

type ChoiceProps = { value: string; title: string; description: ReactNode; aside?: ReactNode };

/** One answer of a question, as a card that is a radio button. */
export function Choice({ value, title, description, aside }: ChoiceProps) {
  return (
    <Radio.Card value={value} className={classes.choice} aria-label={title}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator mt={2} />
        <div>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {title}
            </Text>
            {aside}
          </Group>
          <Text size="sm" c="dimmed" mt={2} component="div">
            {description}
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}
