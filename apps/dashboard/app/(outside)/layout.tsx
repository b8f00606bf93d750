import type { ReactNode } from 'react';
import { AccountMenu } from '#dashboard/features/account/account-menu.tsx';
import { GraphqlProvider } from '#dashboard/graphql/provider.tsx';
import { TopBar } from '#dashboard/ui/top-bar.tsx';

/** Pages outside any organization. */
export default function OutsideLayout({ children }: { children: ReactNode }) {
  return (
    <GraphqlProvider organization={null}>
      <TopBar account={<AccountMenu />} />
      {children}
    </GraphqlProvider>
  );
}
