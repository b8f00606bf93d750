import { NotFound } from '#dashboard/ui/states.tsx';
import { TopBar } from '#dashboard/ui/top-bar.tsx';

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
