'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { newVersionHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { inputsStep, queryWithStep } from './wizard-steps.ts';

/** To the dialog for another version of the chosen model, which leads back to where versions are chosen. */
export function AnotherVersionLink({ path, modelId }: { path: ProjectPath; modelId: string }) {
  const query = queryWithStep(useSearchParams().toString(), inputsStep);
  return (
    <Button variant="default" component={Link} href={newVersionHref(path, modelId, query)}>
      Upload another version of this model
    </Button>
  );
}
