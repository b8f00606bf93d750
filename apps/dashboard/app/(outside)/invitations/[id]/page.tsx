import type { Metadata } from 'next';
import { RequireViewer } from '#dashboard/features/account/require-viewer.tsx';
import { AcceptInvitation } from '#dashboard/features/organizations/accept-invitation.tsx';

export const metadata: Metadata = { title: 'Invitation' };

export default async function InvitationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <RequireViewer>
      <AcceptInvitation id={decodeURIComponent(id)} />
    </RequireViewer>
  );
}
