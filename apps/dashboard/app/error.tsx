'use client';

import { Failed } from '#dashboard/ui/states.tsx';

export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main id="main">
      <Failed message={error.message || 'The page met an error it did not expect.'} retry={reset} />
    </main>
  );
}
