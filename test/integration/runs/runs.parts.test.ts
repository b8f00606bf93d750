import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { ends, historyOf } from './history.ts';
import { startRuns } from './start-runs.ts';
import type { Tenant } from './tenant.ts';
import type { WorkerProcess } from './worker-process.ts';

let tenant: Tenant;
let worker: WorkerProcess;

beforeAll(async () => {
  const runs = await startRuns();
  ({ tenant, worker } = runs);
  return runs.stop;
});

const files = {
  'model.safetensors.index.json': '{"weight_map":{}}',
  'model-00001-of-00002.safetensors': 'the first',
  'model-00002-of-00002.safetensors': 'the second',
};

test('an attempt finds the files of a model together, under their names, with the digests that were checked', async () => {
  const modelVersionId = await tenant.addParts(files);
  const { id } = await tenant.submitTest({ do: 'tell' }, { modelVersionId });
  expect((await ends(tenant, id)).failure).toBeNull();
  const told = (await historyOf(tenant, id)).events.flatMap(({ kind, data }) => (kind === 'log' ? [lineIn(data)] : []));
  for (const [name, text] of Object.entries(files)) {
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(told).toContain(`${name} model ${name} ${sha256} ${text}`);
  }
});

test('a part that is not what the catalogue says stops the run before any of it is read', async () => {
  const modelVersionId = await tenant.addParts(files);
  await tenant.within(async (tx) => {
    const { artifactId } = await tx.modelVersionPart.findFirstOrThrow({
      where: { modelVersionId, name: 'model-00002-of-00002.safetensors' },
    });
    await tx.artifact.update({ where: { id: artifactId }, data: { sha256: '0'.repeat(64) } });
  });
  const { id } = await tenant.submitTest({ do: 'tell' }, { modelVersionId, maxAttempts: 1 });
  const { failure } = await ends(tenant, id);
  expect(failure).toMatchObject({ code: 'INTERNAL', message: /model-00002-of-00002.safetensors has 10 bytes/ });
  await expect.poll(() => worker.scratch()).toEqual([]);
});

test.each(['../escaped', 'a/b', '..', 'a\\b', 'line\nbreak', 'x'.repeat(256)])(
  'a part named %j is not written down',
  async (name) => {
    const versionId = await tenant.addParts({ 'model.pth': 'a model' });
    const row = { organizationId: tenant.organizationId, modelVersionId: versionId, name };
    const artifact = await tenant.within((tx) => tx.artifact.findFirstOrThrow());
    const writing = tenant.within((tx) => tx.modelVersionPart.create({ data: { ...row, artifactId: artifact.id } }));
    await expect(writing).rejects.toThrow(/model_version_parts_name_check/);
  },
);

function lineIn(data: unknown): string {
  return typeof data === 'object' && data !== null && 'line' in data ? String(data.line) : '';
}
