import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

/** Unit tests stand beside what they test; everything that needs servers or a browser is under test/. */
export default defineConfig({
  // Vite would take graphql's index.mjs, Node and every library take its index.js: two copies that do not know each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{services,apps,prisma,infra}/**/*.test.ts', 'test/*.test.ts', 'test/{contract,fuzz}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/kit/postgres-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/kit/postgres-setup.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        // Needs Python with the real tools; run by `npm run test:interop`, not by `npm test`.
        extends: true,
        test: { name: 'interop', include: ['test/interop/**/*.test.ts'], fileParallelism: false, testTimeout: 600_000 },
      },
    ],
  },
});
