import { Landing } from '#dashboard/features/landing/landing.tsx';

export default function LandingPage() {
  return <Landing />;
}
