import type { Metadata } from 'next';
import { NotFound } from '#dashboard/ui/states.tsx';
import { TopBar } from '#dashboard/ui/top-bar.tsx';

export const metadata: Metadata = { title: 'No such page' };

export default function NotFoundPage() {
  return (
    <>
      <TopBar />
      <main id="main">
        <NotFound />
      </main>
    </>
  );
}
