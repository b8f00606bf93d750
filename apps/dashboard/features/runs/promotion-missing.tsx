import { Anchor, Stack } from '@mantine/core';
import Link from 'next/link';
import { modelHref, type ProjectPath, projectHref } from '#dashboard/features/projects/project-path.ts';
import { Notice } from '#dashboard/ui/notice.tsx';

type Missing = { readonly code: string; readonly message: string; readonly remedy?: string | null };

type PromotionMissingProps = { missing: readonly Missing[]; path: ProjectPath; modelId: string };

/** What a next step waits for, each with the place where it can be added. */
export function PromotionMissing({ missing, path, modelId }: PromotionMissingProps) {
  const places: Readonly<Record<string, { readonly href: string; readonly words: string }>> = {
    GRAPH_MISSING: { href: modelHref(path, modelId), words: 'Add it to the model' },
    CALIBRATION_MISSING: { href: `${projectHref(path)}/datasets`, words: 'Upload a dataset' },
  };
  return (
    <Stack gap="sm" data-testid="promotion-missing">
      {missing.map(({ code, message, remedy }) => {
        const place = places[code];
        return (
          <Notice key={code} tone="warning" remedy={remedy}>
            {message}{' '}
            {place ? (
              <Anchor component={Link} href={place.href} inherit>
                {place.words}
              </Anchor>
            ) : null}
          </Notice>
        );
      })}
    </Stack>
  );
}
