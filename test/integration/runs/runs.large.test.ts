import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { planOverBus } from '#gateway/dispatch/plan-over-bus.ts';
import { ends, historyOf } from './history.ts';
import type { Platform } from './platform.ts';
import { startRuns } from './start-runs.ts';
import { recipe, type Tenant } from './tenant.ts';

/** What does not fit into a message of the broker (1 MiB), however it is packed: its names are random. */
let platform: Platform;
let tenant: Tenant;

beforeAll(async () => {
  const runs = await startRuns();
  ({ platform, tenant } = runs);
  return runs.stop;
});

/** Files that lie in the store for a message. */
async function spoken(): Promise<string[]> {
  const files = join(platform.folder, 'store', 'files');
  return existsSync(files)
    ? (await readdir(files, { recursive: true })).filter((name) => /spoken|plans/.test(name))
    : [];
}

test('a plan of 10,000 layers is kept with its run', async () => {
  const { id } = await tenant.submitTest({ do: 'succeed', plan: 'huge' });
  expect((await ends(tenant, id)).state).toBe('SUCCEEDED');
  const { run, events } = await historyOf(tenant, id);
  expect(layersOf(run.plan)).toBe(10_000);
  expect(events.map(({ data }) => JSON.stringify(data)).filter((data) => data.includes('not shown'))).toEqual([]);
  expect(await spoken()).toEqual([]);
});

test('a plan of 10,000 layers is answered to whoever asks for it', async () => {
  const run = await tenant.submitTest({ do: 'succeed' });
  await ends(tenant, run.id);
  const version = await tenant.within((tx) =>
    tx.modelVersion.findUniqueOrThrow({ where: { id: run.modelVersionId ?? '' }, include: { artifact: true } }),
  );
  const { key, name, bytes, sha256 } = version.artifact;
  const answer = await planOverBus(platform, {
    organizationId: tenant.organizationId,
    backend: 'torchao',
    recipe: recipe('torchao', { plan: 'huge' }),
    inputs: [{ role: 'model', key, name, bytes: Number(bytes), sha256, parts: [] }],
  });
  expect('plan' in answer ? answer.plan.layers.length : answer.failure).toBe(10_000);
  expect((await spoken()).filter((file) => file.endsWith('.json'))).toEqual([]);
});

test('an inspection of 200,000 tensors is written to its version', async () => {
  const { run, versionId } = await tenant.inspectDataset('huge.npz');
  expect((await ends(tenant, run.id, 60)).failure).toBeNull();
  const { inspection } = await tenant.within((tx) => tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } }));
  const arrays = typeof inspection === 'object' && inspection !== null && 'arrays' in inspection && inspection.arrays;
  expect(Array.isArray(arrays) ? arrays.length : arrays).toBe(200_000);
  expect((await spoken()).filter((file) => file.endsWith('.json'))).toEqual([]);
  expect(platform.errors).toEqual([]);
});

function layersOf(plan: unknown): number {
  return typeof plan === 'object' && plan !== null && 'layers' in plan && Array.isArray(plan.layers)
    ? plan.layers.length
    : 0;
}
