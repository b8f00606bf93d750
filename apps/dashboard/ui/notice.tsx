import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

const icons = { info: <IconInfoCircle />, warning: <IconAlertTriangle />, problem: <IconX /> } as const;

type NoticeProps = {
  tone: keyof typeof icons;
  title?: string;
  remedy?: string | null | undefined;
  children: ReactNode;
};

/** One sentence that must not be missed, and what to do about it. */
export function Notice({ tone, title, remedy, children }: NoticeProps) {
  return (
    <Alert
      icon={icons[tone]}
      classNames={{ root: classes.notice ?? '', title: classes.title ?? '', icon: classes.icon ?? '' }}
      data-tone={tone}
      title={title}
      role={tone === 'problem' ? 'alert' : 'note'}
      data-testid={tone === 'problem' ? 'problem' : undefined}
    >
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      {remedy ? (
        <Text size="sm" mt={4} component="div" c="dimmed">
          {remedy}
        </Text>
      ) : null}
    </Alert>
  );
}

/** What a form or an action was refused with; nothing when it was not. */
export function ProblemNotice({ problem }: { problem: { message: string; remedy?: string | null } | null }) {
  return problem ? (
    <Notice tone="problem" remedy={problem.remedy}>
      {problem.message}
    </Notice>
  ) : null;
}
