import type { Metadata } from 'next';
import { RequireViewer } from '#dashboard/features/account/require-viewer.tsx';
import { CreateOrganizationForm } from '#dashboard/features/organizations/create-organization-form.tsx';

export const metadata: Metadata = { title: 'New organization' };

export default function NewOrganizationPage() {
  return (
    <RequireViewer>
      <CreateOrganizationForm />
    </RequireViewer>
  );
}
