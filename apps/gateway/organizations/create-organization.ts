import { randomUUID } from 'node:crypto';
import type { Prisma } from '#prisma/generated/client/client.ts';
import type { Context } from '../context.ts';
import { ConflictError, ForbiddenError, InvalidInputError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { readName, slugify } from '../schema/text.ts';
import { lockName } from '../tenancy/lock-name.ts';
import { inTenant } from '../tenancy/transaction.ts';
import { addresses } from './addresses.ts';
import { type OrganizationCard, OrganizationCardType } from './organization-card.ts';

const Input = builder.inputType('CreateOrganizationInput', {
  fields: (t) => ({ name: t.string({ required: true }), slug: t.string() }),
});

const Payload = builder.objectRef<{ organization: OrganizationCard }>('CreateOrganizationPayload').implement({
  fields: (t) => ({ organization: t.expose('organization', { type: OrganizationCardType }) }),
});

builder.mutationField('createOrganization', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: {
      types: [InvalidInputError, ConflictError, ForbiddenError],
      union: { name: 'CreateOrganizationResult' },
    },
    resolve: async (_, { input }, context) => ({ organization: await createOrganization(context, input) }),
  }),
);

/** How many organizations one person may own; a person who needs more is a script. */
const maxOwned = 20;

async function createOrganization(
  { viewer, platform }: Context,
  input: { readonly name: string; readonly slug?: string | null | undefined },
): Promise<OrganizationCard> {
  if (!viewer) throw new ForbiddenError('organization.create', 'You are not signed in.', 'Sign in and try again.');
  const name = readName(['input', 'name'], input.name);
  const wanted = typeof input.slug === 'string' ? [readSlug(input.slug)] : addresses(name);
  const id = randomUUID();
  const slug = await platform.auth.$transaction(async (tx) => {
    await lockName(tx, `organizations/${viewer.id}`);
    const owned = await tx.membership.count({ where: { userId: viewer.id, role: 'owner' } });
    if (owned >= maxOwned) throw new ConflictError(`You own ${owned} organizations; ${maxOwned} are the limit.`);
    const address = await insertAtFirstFree(tx, { id, name }, wanted);
    await tx.membership.create({
      data: { id: randomUUID(), organizationId: id, userId: viewer.id, role: 'owner' },
    });
    return address;
  });
  await inTenant(platform.app, id, (tx) =>
    tx.auditEntry.create({
      data: { organizationId: id, actorId: viewer.id, action: 'organization.create', target: id, data: { slug } },
    }),
  );
  return { slug, name, isDemo: false };
}

/** Errors: `ConflictError` where other organizations have every address that is wanted. */
async function insertAtFirstFree(
  tx: Prisma.TransactionClient,
  named: { readonly id: string; readonly name: string },
  wanted: Iterable<string>,
): Promise<string> {
  let last = '';
  for (const slug of wanted) {
    const created = await tx.organization.createMany({ data: [{ ...named, slug }], skipDuplicates: true });
    if (created.count > 0) return slug;
    last = slug;
  }
  throw new ConflictError(`An organization with the address ${last} exists already.`, 'Choose another.');
}

function readSlug(text: string): string {
  const slug = slugify(text);
  if (slug !== '') return slug;
  throw new InvalidInputError(
    ['input', 'slug'],
    'The address of an organization is made of the letters a to z, digits and dashes; this has none of them.',
    'Give a slug, such as `vision-team`.',
  );
}
