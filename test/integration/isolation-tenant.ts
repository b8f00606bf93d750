import { randomUUID } from 'node:crypto';
import { createClient, type GatewayClient } from '#kit/gateway-client.ts';

/** One id of everything that a tenant can own, by the kind that an argument asks for. */
export type TenantIds = {
  readonly organizationSlug: string;
  readonly Organization: string;
  readonly Project: string;
  readonly projectSlug: string;
  readonly Model: string;
  readonly ModelVersion: string;
  readonly Dataset: string;
  readonly DatasetVersion: string;
  readonly Recipe: string;
  readonly RecipeVersion: string;
  readonly Run: string;
  readonly secondRun: string;
  readonly Artifact: string;
  readonly member: string;
  readonly invitation: string;
  readonly upload: string;
};

export type Kind = keyof TenantIds;

export type Tenant = { readonly owner: GatewayClient; readonly viewer: GatewayClient; readonly ids: TenantIds };

/** A tenant with one of everything, made through the public API; everything in it is named after `marker`. */
export async function createTenant(url: string, marker: string): Promise<Tenant> {
  const owner = createClient(url);
  await owner.signUp(marker);
  const organizationSlug = await owner.createOrganization(marker);
  const Project = await owner.createProject(`${marker} project`);
  const upload = async (name = marker) =>
    (await owner.upload(Project, { name: `${name}.bin`, bytes: Buffer.from(marker) })).id;
  const { model } = await owner.get(
    `mutation($input: CreateModelInput!) { createModel(input: $input) { ... on CreateModelPayload { model { id latestVersion { id file { id } } } } } }`,
    {
      input: {
        projectId: Project,
        name: `${marker} model`,
        uploadId: await upload(),
        parts: [await upload(`${marker}-1`)],
      },
    },
  );
  const { dataset } = await owner.get(
    `mutation($input: CreateDatasetInput!) { createDataset(input: $input) { ... on CreateDatasetPayload { dataset { id latestVersion { id } } } } }`,
    { input: { projectId: Project, name: `${marker} data`, uploadId: await upload() } },
  );
  const { recipe } = await owner.get(
    `mutation($input: SaveRecipeInput!) { saveRecipe(input: $input) { ... on SaveRecipePayload { recipe { id latestVersion { id } } } } }`,
    { input: { projectId: Project, name: `${marker} recipe`, recipe: { backend: 'torchao' } } },
  );
  const submit = async () =>
    (
      await owner.get(
        `mutation($input: SubmitRunInput!) { submitRun(input: $input) { ... on SubmitRunPayload { run { id } } } }`,
        {
          input: {
            projectId: Project,
            modelVersionId: model.latestVersion.id,
            recipe: { backend: 'torchao' },
            idempotencyKey: randomUUID(),
          },
        },
      )
    ).run.id;
  const invite = async (to: string, role: string) =>
    (
      await owner.get(
        `mutation($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberPayload { invitation { id } } } }`,
        { input: { email: to, role } },
      )
    ).invitation.id;
  const join = async (name: string, role: string) => {
    const client = createClient(url);
    await client.signUp(`${marker}-${name}`);
    const { email } = await client.get('{ viewer { email } }');
    await client.get(`mutation { acceptInvitation(invitationId: "${await invite(email, role)}") { __typename } }`);
    client.organization = organizationSlug;
    return client;
  };
  const viewer = await join('viewer', 'VIEWER');
  // Somebody else's seat for the viewer too, who may give up her own.
  await join('member', 'MEMBER');
  const organization = await owner.get(
    `{ organization(slug: "${organizationSlug}") { id members { id role } projects { edges { node { slug } } } } }`,
  );
  return {
    owner,
    viewer,
    ids: {
      organizationSlug,
      Organization: organization.id,
      Project,
      projectSlug: organization.projects.edges[0].node.slug,
      Model: model.id,
      ModelVersion: model.latestVersion.id,
      Dataset: dataset.id,
      DatasetVersion: dataset.latestVersion.id,
      Recipe: recipe.id,
      RecipeVersion: recipe.latestVersion.id,
      Run: await submit(),
      secondRun: await submit(),
      Artifact: model.latestVersion.file.id,
      member: organization.members.find(({ role }: { role: string }) => role === 'MEMBER').id,
      invitation: await invite(`guest-of-${marker}@example.com`, 'MEMBER'),
      upload: await upload(),
    },
  };
}

/** An id of the same shape that names nothing. */
export function absentId(kind: Kind): string {
  if (kind === 'organizationSlug' || kind === 'projectSlug') return `absent-${randomUUID().slice(0, 8)}`;
  if (kind === 'member' || kind === 'invitation' || kind === 'upload') return randomUUID();
  return Buffer.from(`${kind === 'secondRun' ? 'Run' : kind}:${randomUUID()}`).toString('base64');
}
