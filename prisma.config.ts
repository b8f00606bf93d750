import { defineConfig } from 'prisma/config';

/** For Prisma's own CLI (`prisma migrate deploy`, `prisma studio`); the platform itself applies migrations with prisma/migrate.ts. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.ZEROPOINT_OWNER_DATABASE_URL ?? '' },
});
