import { z } from 'zod';
import type { GatewayClient } from './gateway-client.ts';

/** The newest version of a model or dataset, and how far its inspection is. */
export type SeededVersion = {
  readonly versionId: string;
  readonly state: string;
  readonly failure: string | undefined;
};

/** The project of that name: made now, or by an earlier start. */
export async function createProject(
  client: GatewayClient,
  { name, description }: { name: string; description: string },
): Promise<string> {
  const { organization } = await client.send(
    'query ($slug: String!) { organization(slug: $slug) { projects(first: 100) { edges { node { id name } } } } }',
    { slug: client.organization },
    z.object({ organization: z.object({ projects: edges(z.object({ id: z.string(), name: z.string() })) }) }),
  );
  const found = organization.projects.find((project) => project.name === name);
  if (found) return found.id;
  const { made } = await client.send(
    `mutation ($input: CreateProjectInput!) { made: createProject(input: $input) {
      __typename ... on CreateProjectPayload { project { id } } ... on Error { message } } }`,
    { input: { name, description } },
    z.object({ made: outcome({ project: z.object({ id: z.string() }) }) }),
  );
  return made.project.id;
}

/** Models and datasets of a project by name. */
export async function readProject(client: GatewayClient, projectId: string) {
  const version = 'id inspectionState inspectionFailure { message }';
  const { project } = await client.send(
    `query ($id: ID!) { project(id: $id) {
      models(first: 100) { edges { node { name latestVersion { ${version} } } } }
      datasets(first: 100) { edges { node { name latestVersion { ${version} } } } } } }`,
    { id: projectId },
    z.object({ project: z.object({ models: edges(named), datasets: edges(named) }) }),
  );
  return { models: byName(project.models), datasets: byName(project.datasets) };
}

export type NewModel = {
  readonly projectId: string;
  readonly name: string;
  readonly uploadId: string;
  readonly graphUploadId: string | undefined;
};

export async function createModel(client: GatewayClient, input: NewModel): Promise<void> {
  await client.send(
    'mutation ($input: CreateModelInput!) { made: createModel(input: $input) { __typename ... on Error { message } } }',
    { input },
    z.object({ made: outcome({}) }),
  );
}

export type NewDataset = { readonly projectId: string; readonly name: string; readonly uploadId: string };

export async function createDataset(client: GatewayClient, input: NewDataset): Promise<void> {
  await client.send(
    'mutation ($input: CreateDatasetInput!) { made: createDataset(input: $input) { __typename ... on Error { message } } }',
    { input },
    z.object({ made: outcome({}) }),
  );
}

export type NewRun = {
  readonly projectId: string;
  readonly modelVersionId: string | undefined;
  readonly recipeYaml: string | undefined;
  readonly calibrationVersionId: string | undefined;
  readonly evaluationVersionId: string | undefined;
  readonly idempotencyKey: string;
};

export async function submitRun(client: GatewayClient, input: NewRun): Promise<void> {
  await client.send(
    'mutation ($input: SubmitRunInput!) { made: submitRun(input: $input) { __typename ... on Error { message } } }',
    { input },
    z.object({ made: outcome({}) }),
  );
}

/** A mutation's payload; a typed error becomes a thrown sentence. */
function outcome<T extends z.ZodRawShape>(payload: T) {
  const failed = z.object({ __typename: z.string().endsWith('Error'), message: z.string() });
  const made = z.object({ __typename: z.string().endsWith('Payload'), ...payload });
  return z.union([failed.transform(({ message }) => fail(message)), made]);
}

function fail(message: string): never {
  throw new Error(message);
}

/** The nodes of a Relay connection. */
function edges<T extends z.ZodType>(node: T) {
  return z
    .object({ edges: z.array(z.object({ node: z.unknown() })) })
    .transform((connection) => connection.edges.map((edge) => node.parse(edge.node)));
}

const named = z.object({
  name: z.string(),
  latestVersion: z
    .object({
      id: z.string(),
      inspectionState: z.string(),
      inspectionFailure: z.object({ message: z.string() }).nullable(),
    })
    .nullable(),
});

function byName(nodes: readonly z.output<typeof named>[]): ReadonlyMap<string, SeededVersion> {
  return new Map(
    nodes.flatMap(({ name, latestVersion: version }) =>
      version
        ? [
            [
              name,
              { versionId: version.id, state: version.inspectionState, failure: version.inspectionFailure?.message },
            ],
          ]
        : [],
    ),
  );
}
