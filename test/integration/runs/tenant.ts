import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { enqueueRun } from '#gateway/dispatch/enqueue-run.ts';
import { inTenant, type TenantTransaction } from '#gateway/tenancy/transaction.ts';
import type { Run } from '#prisma/generated/client/client.ts';
import type { Platform } from './platform.ts';

/** An organization of a test's own, with what a run needs. */
export type Tenant = {
  readonly organizationId: string;
  readonly projectId: string;
  within<Answer>(work: (tx: TenantTransaction) => Promise<Answer>): Promise<Answer>;
  /** Of a file, with another one as its companion graph. */
  addModel(path: string, graph?: string): Promise<string>;
  /** Of a file that refers to others, all of them given by names and contents, the file itself first. */
  addParts(files: Readonly<Record<string, string>>): Promise<string>;
  addDataset(path: string): Promise<string>;
  submit(run: SubmittedRun): Promise<Run>;
  /** Runs the test service's backend, which does what it is told. */
  submitTest(kwargs: Recipe['backend_kwargs'], changes?: Partial<SubmittedRun>): Promise<Run>;
  inspectDataset(name: string): Promise<{ run: Run; versionId: string }>;
  find(runId: string): Promise<Run>;
};

export type SubmittedRun = {
  readonly backend: string;
  readonly recipe: Recipe;
  readonly modelVersionId: string;
  readonly calibrationVersionId?: string;
  readonly evaluationVersionId?: string;
  readonly maxAttempts?: number;
};

const person = '00000000-0000-4000-8000-000000000001';

export function recipe(backend: Recipe['backend'], kwargs: Recipe['backend_kwargs'] = {}): Recipe {
  return {
    backend,
    mode: 'weight_only_ptq',
    algorithm: null,
    layers: [],
    skip_names: [],
    device: 'cpu',
    backend_kwargs: kwargs,
  };
}

export async function createTenant(platform: Platform): Promise<Tenant> {
  const organizationId = randomUUID();
  await platform.auth.organization.create({ data: { id: organizationId, name: 'Test', slug: organizationId } });
  const within: Tenant['within'] = (work) => inTenant(platform.app, organizationId, work);
  const project = await within((tx) =>
    tx.project.create({ data: { organizationId, name: 'Digits', slug: 'digits', createdById: person } }),
  );
  const projectId = project.id;
  const owned = { organizationId, projectId, createdById: person };

  async function addFile(name: string, body: Readable): Promise<string> {
    const { key, bytes, sha256 } = await platform.store.put(`${organizationId}/uploads/${randomUUID()}`, body);
    const data = { organizationId, projectId, name, key, bytes: BigInt(bytes), sha256 };
    return (await within((tx) => tx.artifact.create({ data }))).id;
  }

  async function addModelFile(name: string, body: Readable, graph?: string): Promise<string> {
    const artifactId = await addFile(name, body);
    const graphArtifactId = graph ? await addFile(basename(graph), createReadStream(graph)) : null;
    return within(async (tx) => {
      const model = await tx.model.create({ data: { ...owned, name: randomUUID() } });
      const data = { organizationId, modelId: model.id, number: 1, artifactId, graphArtifactId, createdById: person };
      return (await tx.modelVersion.create({ data })).id;
    });
  }

  async function addDatasetFile(name: string, body: Readable): Promise<string> {
    const artifactId = await addFile(name, body);
    return within(async (tx) => {
      const dataset = await tx.dataset.create({ data: { ...owned, name: randomUUID() } });
      const data = { organizationId, datasetId: dataset.id, number: 1, artifactId, createdById: person };
      return (await tx.datasetVersion.create({ data })).id;
    });
  }

  const submit: Tenant['submit'] = ({ recipe: body, ...run }) =>
    within(async (tx) => {
      const { runNumber: number } = await tx.project.update({
        where: { id: projectId },
        data: { runNumber: { increment: 1 } },
      });
      const row = await tx.run.create({
        data: { ...owned, ...run, number, name: `Run ${number}`, recipe: { ...body } as object },
      });
      await enqueueRun(tx, row);
      return row;
    });

  return {
    organizationId,
    projectId,
    within,
    addModel: (path, graph) => addModelFile(basename(path), createReadStream(path), graph),
    async addParts(files) {
      const [file, ...parts] = Object.entries(files);
      if (!file) throw new Error('A model has a file');
      const modelVersionId = await addModelFile(file[0], Readable.from([file[1]]));
      for (const [name, text] of parts) {
        const data = { organizationId, modelVersionId, name, artifactId: await addFile(name, Readable.from([text])) };
        await within((tx) => tx.modelVersionPart.create({ data }));
      }
      return modelVersionId;
    },
    addDataset: (path) => addDatasetFile(basename(path), createReadStream(path)),
    submit,
    async submitTest(kwargs, changes = {}) {
      const modelVersionId = await addModelFile('model.pth', Readable.from(['a model']));
      return submit({ backend: 'torchao', recipe: recipe('torchao', kwargs), modelVersionId, ...changes });
    },
    async inspectDataset(name) {
      const versionId = await addDatasetFile(name, Readable.from(['data']));
      const run = await within(async (tx) => {
        const data = {
          ...owned,
          kind: 'INSPECT',
          name,
          backend: 'inspect',
          recipe: {},
          datasetVersionId: versionId,
        } as const;
        const row = await tx.run.create({ data });
        await enqueueRun(tx, row);
        return row;
      });
      return { run, versionId };
    },
    find: (runId) => within((tx) => tx.run.findUniqueOrThrow({ where: { id: runId } })),
  };
}
