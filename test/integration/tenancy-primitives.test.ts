import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTenant } from '#gateway/tenancy/transaction.ts';
import { startTestPostgres, type TestDatabase } from '#kit/postgres.ts';
import { createAppClient } from '#prisma/clients.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';

const ours = randomUUID();
const theirs = randomUUID();
const ourProject = randomUUID();
const theirProject = randomUUID();
const somebody = randomUUID();

let database: TestDatabase;
let app: PrismaClient;

beforeAll(async () => {
  database = await startTestPostgres();
  const admin = new Client({ connectionString: database.admin });
  await admin.connect();
  await admin.query(
    `insert into app.organizations (id, name, slug) values ($1, 'Ours', 'ours'), ($2, 'Theirs', 'theirs')`,
    [ours, theirs],
  );
  await admin.query(
    `insert into app.projects (id, organization_id, name, slug, created_by_id) values ($1, $2, 'P', 'p', $5), ($3, $4, 'P', 'p', $5)`,
    [ourProject, ours, theirProject, theirs, somebody],
  );
  await admin.end();
  // One connection, so that whatever a transaction leaves behind is what the next one finds.
  app = createAppClient(`${database.app}?connection_limit=1`);
});

afterAll(async () => {
  await app.$disconnect();
  await database.drop();
});

describe('without a tenant', () => {
  it('the application sees no row of any table', async () => {
    const client = new Client({ connectionString: database.app });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'app'`,
    );
    for (const { name } of rows) {
      const { rowCount } = await client.query(`select from app.${client.escapeIdentifier(name)}`);
      expect([name, rowCount]).toEqual([name, 0]);
    }
    await client.end();
  });

  it('a write is refused', async () => {
    const project = { id: randomUUID(), organizationId: ours, name: 'X', slug: 'x', createdById: somebody };
    await expect(app.project.create({ data: project })).rejects.toThrow(/row-level security/);
  });
});

describe('within a tenant', () => {
  it('its own rows are there and no others, also when asked for by id', async () => {
    const found = await inTenant(app, ours, (tx) => tx.project.findMany());
    expect(found.map((project) => project.id)).toEqual([ourProject]);
    expect(await inTenant(app, ours, (tx) => tx.project.findUnique({ where: { id: theirProject } }))).toBeNull();
    expect(await inTenant(app, ours, (tx) => tx.organization.findMany({ select: { slug: true } }))).toEqual([
      { slug: 'ours' },
    ]);
  });

  it('updates and deletes of another tenant change nothing', async () => {
    const changed = await inTenant(app, ours, async (tx) => [
      await tx.project.updateMany({ where: { id: theirProject }, data: { name: 'stolen' } }),
      await tx.project.deleteMany({ where: { id: theirProject } }),
    ]);
    expect(changed).toEqual([{ count: 0 }, { count: 0 }]);
  });

  it('an insert for another tenant ends with SQLSTATE 42501', async () => {
    const pool = new Pool({ connectionString: database.app, max: 1 });
    const client = await pool.connect();
    await client.query('begin');
    await client.query(`select set_config('app.organization_id', $1, true)`, [ours]);
    const insert = client.query(
      `insert into app.projects (id, organization_id, name, slug, created_by_id) values ($1, $2, 'X', 'x', $3)`,
      [randomUUID(), theirs, somebody],
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
    await client.query('rollback');
    client.release();
    await pool.end();
  });

  it('a row of ours cannot be given to them', async () => {
    const give = inTenant(app, ours, (tx) => tx.project.updateMany({ data: { organizationId: theirs } }));
    await expect(give).rejects.toThrow(/row-level security/);
  });

  it('a row of ours cannot hang on a row of theirs', async () => {
    const model = { organizationId: ours, projectId: theirProject, name: 'M', createdById: somebody };
    await expect(inTenant(app, ours, (tx) => tx.model.create({ data: model }))).rejects.toMatchObject({
      code: 'P2003',
    });
  });

  it('the journal can be written and read, not changed', async () => {
    const entry = { organizationId: ours, action: 'project.create', target: ourProject };
    await inTenant(app, ours, (tx) => tx.auditEntry.create({ data: entry }));
    await expect(
      inTenant(app, ours, (tx) => tx.auditEntry.updateMany({ data: { action: 'nothing' } })),
    ).rejects.toThrow(/permission denied/);
    await expect(inTenant(app, ours, (tx) => tx.auditEntry.deleteMany())).rejects.toThrow(/permission denied/);
  });
});

describe('deleting', () => {
  it('takes a project with everything in it, and nothing that something left over was made from', async () => {
    const owned = { organizationId: ours, createdById: somebody };
    const { projectId, versionId } = await inTenant(app, ours, async (tx) => {
      const project = await tx.project.create({ data: { ...owned, name: 'Doomed', slug: 'doomed' } });
      const file = { name: 'm.pth', key: randomUUID(), bytes: 1, sha256: '0'.repeat(64) };
      const artifact = await tx.artifact.create({ data: { organizationId: ours, projectId: project.id, ...file } });
      const model = await tx.model.create({ data: { ...owned, projectId: project.id, name: 'M' } });
      const version = await tx.modelVersion.create({
        data: { ...owned, modelId: model.id, number: 1, artifactId: artifact.id },
      });
      const run = { name: 'R', backend: 'torchao', recipe: {}, number: 1, modelVersionId: version.id };
      await tx.run.create({ data: { ...owned, projectId: project.id, ...run } });
      return { projectId: project.id, versionId: version.id };
    });
    const alone = inTenant(app, ours, (tx) => tx.modelVersion.deleteMany({ where: { id: versionId } }));
    await expect(alone).rejects.toMatchObject({ code: 'P2003' });
    const whole = await inTenant(app, ours, async (tx) => {
      await tx.$executeRaw`set constraints all deferred`;
      return tx.project.deleteMany({ where: { id: projectId } });
    });
    expect(whole).toEqual({ count: 1 });
    expect(await inTenant(app, ours, (tx) => tx.run.count({ where: { projectId } }))).toBe(0);
  });
});

describe('on one pooled connection', () => {
  it('the tenant is gone after a transaction that committed, and after one that failed', async () => {
    await inTenant(app, ours, (tx) => tx.project.count());
    expect(await app.project.count()).toBe(0);
    await inTenant(app, theirs, async () => Promise.reject(new Error('in the middle'))).catch(() => undefined);
    expect(await app.project.count()).toBe(0);
  });

  it('interleaved tenants each see their own', async () => {
    const turns = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? theirs : ours));
    const seen = await Promise.all(
      turns.map((organization) => inTenant(app, organization, (tx) => tx.project.findMany())),
    );
    expect(seen.map((rows) => rows.map((row) => row.organizationId))).toEqual(
      turns.map((organization) => [organization]),
    );
  });
});
