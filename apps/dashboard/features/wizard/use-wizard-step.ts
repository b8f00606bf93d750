'use client';

import { useSearchParams } from 'next/navigation';
import { queryWithStep, stepToOpen } from './wizard-steps.ts';

/** The step that is open, which the address says, so that Back and Forward go from step to step. */
export function useWizardStep(options: { first: number; done: readonly boolean[] }) {
  const query = useSearchParams();
  return {
    step: stepToOpen(query.get('step'), options),
    // Next.js follows the browser's own history, without asking the server for a page that is here already.
    goTo: (step: number) => window.history.pushState(null, '', queryWithStep(query.toString(), step)),
  };
}
