import type { Metadata } from 'next';
import { OrganizationPage } from '#dashboard/features/organizations/organization-page.tsx';

type Props = { params: Promise<{ org: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).org };
}

export default async function OrganizationRoute({ params }: Props) {
  const { org } = await params;
  return <OrganizationPage slug={org} />;
}
