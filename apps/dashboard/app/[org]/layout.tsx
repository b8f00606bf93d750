import type { ReactNode } from 'react';
import { AccountMenu } from '#dashboard/features/account/account-menu.tsx';
import { RequireViewer } from '#dashboard/features/account/require-viewer.tsx';
import { OrganizationCrumbs } from '#dashboard/features/organizations/organization-crumbs.tsx';
import { GraphqlProvider } from '#dashboard/graphql/provider.tsx';
import { TopBar } from '#dashboard/ui/top-bar.tsx';

type OrganizationLayoutProps = { params: Promise<{ org: string }>; children: ReactNode };

export default async function OrganizationLayout({ params, children }: OrganizationLayoutProps) {
  const { org } = await params;
  return (
    <GraphqlProvider organization={org}>
      <TopBar crumbs={<OrganizationCrumbs />} account={<AccountMenu />} />
      <RequireViewer>{children}</RequireViewer>
    </GraphqlProvider>
  );
}
