import { builder } from '../schema/builder.ts';

export type OrganizationCard = { readonly slug: string; readonly name: string; readonly isDemo: boolean };

export const OrganizationCardType = builder.objectRef<OrganizationCard>('OrganizationCard').implement({
  description: 'What may be said of an organization before it is entered.',
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    isDemo: t.exposeBoolean('isDemo'),
  }),
});
