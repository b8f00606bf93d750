import type { Kind, TenantIds } from './isolation-tenant.ts';

/**
 * How one argument of a root field is given an id: `at` is the argument, `kind` what it names, `ask` the operation
 * with that id in it and everything else the asker's own.
 */
export type Attack = {
  readonly at: string;
  readonly kind: Kind;
  ask(id: string, own: TenantIds): readonly [query: string, variables: Record<string, unknown>];
};

const everything = `__typename ... on Error { message remedy }`;
const runFields =
  'id name state recipeYaml createdBy log { seq } artifacts { name } modelVersion { id } project { name } promotedFrom { name } promotedTo { name } promotion { recipeYaml }';

const torchao = { backend: 'torchao' };

const submitRun = (at: string, kind: Kind, change: (id: string) => Record<string, unknown>): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `mutation($input: SubmitRunInput!) { submitRun(input: $input) { ${everything} ... on SubmitRunPayload { run { ${runFields} } } } }`,
    { input: { projectId: own.Project, modelVersionId: own.ModelVersion, recipe: torchao, ...change(id) } },
  ],
});

const promoteRun = (at: string, kind: Kind): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `mutation($input: PromoteRunInput!) { promoteRun(input: $input) { ${everything} ... on PromoteRunPayload { run { ${runFields} } } } }`,
    { input: { runId: own.Run, [at]: id } },
  ],
});

const planRun = (at: string, kind: Kind): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `query($input: PlanRunInput!) { planRun(input: $input) { ${everything} ... on Plan { layers { name } } } }`,
    { input: { modelVersionId: own.ModelVersion, recipe: torchao, [at]: id } },
  ],
});

const createModel = (at: string, kind: Kind): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `mutation($input: CreateModelInput!) { createModel(input: $input) { ${everything} ... on CreateModelPayload { model { name } } } }`,
    { input: { projectId: own.Project, name: `m ${at} ${Math.random()}`, uploadId: own.upload, [at]: id } },
  ],
});

const addModelVersion = (at: string, kind: Kind): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `mutation($input: AddModelVersionInput!) { addModelVersion(input: $input) { ${everything} ... on AddModelVersionPayload { modelVersion { number } } } }`,
    { input: { modelId: own.Model, uploadId: own.upload, [at]: id } },
  ],
});

const createDataset = (at: string, kind: Kind): Attack => ({
  at: `input.${at}`,
  kind,
  ask: (id, own) => [
    `mutation($input: CreateDatasetInput!) { createDataset(input: $input) { ${everything} ... on CreateDatasetPayload { dataset { name } } } }`,
    { input: { projectId: own.Project, name: `d ${at} ${Math.random()}`, uploadId: own.upload, [at]: id } },
  ],
});

const onRun = (field: string, payload: string): Attack => ({
  at: 'id',
  kind: 'Run',
  ask: (id) => [
    `mutation($id: ID!) { ${field}(id: $id) { ${everything} ... on ${payload} { run { ${runFields} } } } }`,
    { id },
  ],
});

/** Fields of every node that say something of it. */
const nodeFields = `__typename id ... on Organization { name } ... on Project { name } ... on Model { name }
  ... on ModelVersion { file { name downloadUrl } parts { totalCount edges { node { name file { name downloadUrl } } } } } ... on Dataset { name } ... on DatasetVersion { file { name } }
  ... on Recipe { name } ... on RecipeVersion { yaml } ... on Artifact { name downloadUrl } ... on Run { ${runFields} }`;

const node = (kind: Kind): Attack => ({
  at: 'id',
  kind,
  ask: (id) => [`query($id: ID!) { node(id: $id) { ${nodeFields} } }`, { id }],
});

/** Every root field. A field whose arguments name nothing has no attack, and the test holds it to that. */
export const attacks: Readonly<Record<string, readonly Attack[]>> = {
  'Query.viewer': [],
  'Query.backends': [],
  'Query.adviseBackend': [],
  'Query.recipeNeeds': [],
  'Query.fleet': [],
  'Query.node': (
    [
      'Organization',
      'Project',
      'Model',
      'ModelVersion',
      'Dataset',
      'DatasetVersion',
      'Recipe',
      'RecipeVersion',
      'Artifact',
      'Run',
    ] as const
  ).map(node),
  'Query.organization': [
    {
      at: 'slug',
      kind: 'organizationSlug',
      ask: (slug) => [
        'query($slug: String!) { organization(slug: $slug) { id name members { email } invitations { email } } }',
        { slug },
      ],
    },
  ],
  'Query.project': [
    {
      at: 'id',
      kind: 'Project',
      ask: (id) => ['query($id: ID!) { project(id: $id) { name runs { totalCount } models { totalCount } } }', { id }],
    },
  ],
  'Query.run': [{ at: 'id', kind: 'Run', ask: (id) => [`query($id: ID!) { run(id: $id) { ${runFields} } }`, { id }] }],
  'Query.runs': [
    {
      at: 'projectId',
      kind: 'Project',
      ask: (id) => [
        'query($id: ID!) { runs(projectId: $id, filter: {search: "a"}, sort: ACCURACY) { totalCount edges { node { name } } } }',
        { id },
      ],
    },
    {
      at: 'filter.modelId',
      kind: 'Model',
      ask: (id, own) => [
        'query($p: ID!, $id: ID!) { runs(projectId: $p, filter: {modelId: $id}) { totalCount edges { node { name } } } }',
        { p: own.Project, id },
      ],
    },
  ],
  'Query.compareRuns': [
    {
      at: 'ids',
      kind: 'Run',
      ask: (id, own) => [
        `query($ids: [ID!]!) { compareRuns(ids: $ids) { ${everything} ... on Comparison { rows { label values } } } }`,
        { ids: [own.secondRun, id] },
      ],
    },
  ],
  'Query.planRun': [
    planRun('modelVersionId', 'ModelVersion'),
    planRun('calibrationVersionId', 'DatasetVersion'),
    planRun('evaluationVersionId', 'DatasetVersion'),
  ],
  'Mutation.createOrganization': [],
  'Mutation.createProject': [],
  'Mutation.inviteMember': [],
  'Mutation.acceptInvitation': [
    {
      at: 'invitationId',
      kind: 'invitation',
      ask: (id) => [
        `mutation($id: ID!) { acceptInvitation(invitationId: $id) { ${everything} ... on AcceptInvitationPayload { organization { name } } } }`,
        { id },
      ],
    },
  ],
  'Mutation.cancelInvitation': [
    {
      at: 'invitationId',
      kind: 'invitation',
      ask: (id) => [
        `mutation($id: ID!) { cancelInvitation(invitationId: $id) { ${everything} ... on CancelInvitationPayload { invitation { email } } } }`,
        { id },
      ],
    },
  ],
  'Mutation.changeRole': [
    {
      at: 'memberId',
      kind: 'member',
      ask: (id) => [
        `mutation($id: ID!) { changeRole(memberId: $id, role: MEMBER) { ${everything} ... on ChangeRolePayload { member { email } } } }`,
        { id },
      ],
    },
  ],
  'Mutation.removeMember': [
    {
      at: 'memberId',
      kind: 'member',
      ask: (id) => [
        `mutation($id: ID!) { removeMember(memberId: $id) { ${everything} ... on RemoveMemberPayload { removedId } } }`,
        { id },
      ],
    },
  ],
  'Mutation.createModel': [
    createModel('projectId', 'Project'),
    createModel('uploadId', 'upload'),
    createModel('parts', 'upload'),
    createModel('graphUploadId', 'upload'),
  ],
  'Mutation.addModelVersion': [
    addModelVersion('modelId', 'Model'),
    addModelVersion('uploadId', 'upload'),
    addModelVersion('parts', 'upload'),
    addModelVersion('graphUploadId', 'upload'),
  ],
  'Mutation.createDataset': [createDataset('projectId', 'Project'), createDataset('uploadId', 'upload')],
  'Mutation.saveRecipe': [
    {
      at: 'input.projectId',
      kind: 'Project',
      ask: (id) => [
        `mutation($input: SaveRecipeInput!) { saveRecipe(input: $input) { ${everything} ... on SaveRecipePayload { recipe { name } } } }`,
        { input: { projectId: id, name: 'stolen', recipe: torchao } },
      ],
    },
  ],
  'Mutation.submitRun': [
    submitRun('projectId', 'Project', (projectId) => ({ projectId })),
    submitRun('modelVersionId', 'ModelVersion', (modelVersionId) => ({ modelVersionId })),
    submitRun('calibrationVersionId', 'DatasetVersion', (calibrationVersionId) => ({ calibrationVersionId })),
    submitRun('evaluationVersionId', 'DatasetVersion', (evaluationVersionId) => ({ evaluationVersionId })),
    submitRun('promotedFromRunId', 'Run', (promotedFromRunId) => ({ promotedFromRunId })),
    submitRun('recipeVersionId', 'RecipeVersion', (recipeVersionId) => ({ recipe: null, recipeVersionId })),
  ],
  'Mutation.promoteRun': [
    promoteRun('runId', 'Run'),
    promoteRun('calibrationVersionId', 'DatasetVersion'),
    promoteRun('evaluationVersionId', 'DatasetVersion'),
  ],
  'Mutation.modelFromGraph': [
    {
      at: 'modelVersionId',
      kind: 'ModelVersion',
      ask: (id) => [
        `mutation($id: ID!) { modelFromGraph(modelVersionId: $id) { ${everything} ... on ModelFromGraphPayload { modelVersion { id file { name } } } } }`,
        { id },
      ],
    },
  ],
  'Mutation.cancelRun': [onRun('cancelRun', 'CancelRunPayload')],
  'Mutation.retryRun': [onRun('retryRun', 'RetryRunPayload')],
  'Subscription.runEvents': [
    {
      at: 'runId',
      kind: 'Run',
      ask: (id) => ['subscription($id: ID!) { runEvents(runId: $id, afterSeq: 0) { seq run { name } } }', { id }],
    },
  ],
  'Subscription.projectEvents': [
    {
      at: 'projectId',
      kind: 'Project',
      ask: (id) => [
        'subscription($id: ID!) { projectEvents(projectId: $id, afterSeq: 0) { seq run { name } } }',
        { id },
      ],
    },
  ],
};
