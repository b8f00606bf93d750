import { List, SimpleGrid, Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconMinus } from '@tabler/icons-react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';

const PromotionChangesFragment = graphql(`
  fragment PromotionChanges on Promotion {
    kept
    changed
    lost
  }
`);

const columns = [
  { key: 'kept', title: 'Carries over', icon: <IconCheck size={16} />, color: 'var(--mantine-primary-color-filled)' },
  { key: 'changed', title: 'Changes', icon: <IconArrowRight size={16} />, color: 'var(--mantine-color-dimmed)' },
  {
    key: 'lost',
    title: 'Cannot carry over',
    icon: <IconMinus size={16} />,
    color: 'light-dark(var(--mantine-color-orange-9), var(--mantine-color-orange-4))',
  },
] as const;

/** What becomes of a recipe on its way to the next backend. */
export function PromotionChanges({ promotion: ref }: { promotion: FragmentType<typeof PromotionChangesFragment> }) {
  const promotion = readFragment(PromotionChangesFragment, ref);
  const shown = columns.filter(({ key }) => promotion[key].length > 0);
  return (
    <SimpleGrid cols={{ base: 1, sm: shown.length }} spacing="xl" data-testid="promotion-changes">
      {shown.map(({ key, title, icon, color }) => (
        <div key={key}>
          <Text size="sm" fw={600} mb={6}>
            {title}
          </Text>
          <List
            size="sm"
            spacing={6}
            styles={{ itemWrapper: { alignItems: 'flex-start' }, itemIcon: { color, marginTop: 3 } }}
            icon={icon}
            style={{ overflowWrap: 'anywhere' }}
          >
            {promotion[key].map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </div>
      ))}
    </SimpleGrid>
  );
}
