import { existsSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type DemoProject, demoDatasets, demoProjects, demoRuns } from './demo-projects.ts';
import { type GatewayClient, signInToDemo } from './gateway-client.ts';
import { createDataset, createModel, createProject, readProject, submitRun } from './operations.ts';
import { uploadFile } from './upload-file.ts';

export type DemoOptions = {
  /** The public address of the gateway. */
  readonly url: string;
  /** Folder of the demo's models and data. */
  readonly fixtures: string;
  /** A file that says the demo was made; what people delete from it later stays deleted. */
  readonly marker: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

/**
 * Fills the demo organization through the front door, as any client would. What is there already is found by its
 * name (a run by its idempotency key), so that an interrupted start is gone on with by the next one.
 */
export async function seedDemo({ url, fixtures, marker, signal, say }: DemoOptions): Promise<void> {
  if (existsSync(marker)) return;
  const client = await signInToDemo(url, signal);
  const presets = await readPresets(client);
  for (const project of demoProjects) await seedProject({ client, fixtures, presets, project });
  writeFileSync(marker, '');
  say(`the demo organization has ${demoProjects.length} projects, and a run for each backend is under way in each`);
}

type Presets = ReadonlyMap<string, string>;

async function readPresets(client: GatewayClient): Promise<Presets> {
  const shape = z.object({ backends: z.array(z.object({ id: z.string(), presetYaml: z.string() })) });
  const { backends } = await client.send('{ backends { id presetYaml } }', {}, shape);
  return new Map(backends.map(({ id, presetYaml }) => [id, presetYaml]));
}

type Seeding = {
  readonly client: GatewayClient;
  readonly fixtures: string;
  readonly presets: Presets;
  readonly project: DemoProject;
};

async function seedProject({ client, fixtures, presets, project }: Seeding): Promise<void> {
  const projectId = await createProject(client, project);
  const before = await readProject(client, projectId);
  const uploads = new Map<string, Promise<string>>();
  const upload = (file: string) => {
    const id = uploads.get(file) ?? uploadFile(client, projectId, `${fixtures}/${file}`);
    uploads.set(file, id);
    return id;
  };
  for (const { name, file } of demoDatasets) {
    if (!before.datasets.has(name)) await createDataset(client, { projectId, name, uploadId: await upload(file) });
  }
  for (const { name, file, graph } of project.models) {
    if (before.models.has(name)) continue;
    const graphUploadId = graph && (await upload(graph));
    await createModel(client, { projectId, name, uploadId: await upload(file), graphUploadId });
  }
  const { models, datasets } = await untilInspected(client, projectId);
  const versions = Object.fromEntries(demoDatasets.map(({ name, role }) => [role, datasets.get(name)?.versionId]));
  for (const { backend, model } of demoRuns) {
    await submitRun(client, {
      projectId,
      modelVersionId: models.get(project.models[model].name)?.versionId,
      recipeYaml: presets.get(backend),
      // The backend that quantizes weights only has no use for it, and says so when it is given.
      calibrationVersionId: backend === 'torchao' ? undefined : versions.calibration,
      evaluationVersionId: versions.evaluation,
      idempotencyKey: `demo ${project.name} ${backend}`,
    });
  }
}

/** A run may only use what a worker has read. */
async function untilInspected(client: GatewayClient, projectId: string) {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const project = await readProject(client, projectId);
    const all = [...project.models, ...project.datasets];
    for (const [name, { state, failure }] of all)
      if (state === 'FAILED') throw new Error(`${name} cannot be read: ${failure}`);
    if (all.every(([, { state }]) => state === 'READY')) return project;
    if (Date.now() > deadline)
      throw new Error('the demo files were not inspected within two minutes; logs/worker.log may say why');
    await client.pause(150);
  }
}
