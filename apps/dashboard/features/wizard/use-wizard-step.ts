'use client';

import { useSearchParams } from 'next/navigation';
import { queryWithStep, stepToOpen } from './wizard-steps.ts';

/** The step that is open, which the address says, so that Back and Forward go from step to step. */
export function useWizardStep(options: { first: number; done: readonly boolean[] }) {
  const query = useSearchParams();
  const step = stepToOpen(query.get('step'), options);
  return {
    step,
    // Next.js follows the browser's own history, without asking the server for a page that is here already.
    goTo: (next: number) => {
      if (next !== step) window.history.pushState(null, '', queryWithStep(query.toString(), next));
    },
  };
}
