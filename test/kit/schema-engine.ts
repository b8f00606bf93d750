import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Client } from 'pg';

const require = createRequire(import.meta.url);

/** Introspected by no one, so nothing is left out. */
const everything = { externalTables: [], externalEnums: [] };

/** The SQL that Prisma's own engine would write for an empty database and this schema; changes nothing at `url`. */
export function schemaSql(schemaPath: string, url: string): Promise<string> {
  return withEngine(schemaPath, url, async (engine, content) => {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: schemaPath, content }] },
      script: true,
      exitCode: null,
      filters: everything,
    });
    if (!stdout) throw new Error(`${schemaPath} gives no SQL`);
    return stdout;
  });
}

/** What `prisma migrate deploy` does with a database; returns the names of the migrations that it applied. */
export function deployWithPrisma(prismaFolder: string, url: string): Promise<readonly string[]> {
  return withEngine(join(prismaFolder, 'schema.prisma'), url, async (engine) => {
    const baseDir = join(prismaFolder, 'migrations');
    const lockfile = 'migration_lock.toml';
    const migrationsList = {
      baseDir,
      lockfile: { path: lockfile, content: await readFile(join(baseDir, lockfile), 'utf8') },
      shadowDbInitScript: '',
      migrationDirectories: await readMigrations(baseDir),
    };
    return (await engine.applyMigrations({ migrationsList, filters: everything })).appliedMigrationNames;
  });
}

async function readMigrations(baseDir: string) {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const value = await readFile(join(baseDir, name, 'migration.sql'), 'utf8');
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
    }),
  );
}

async function withEngine<T>(
  schemaPath: string,
  url: string,
  work: (engine: SchemaEngine, schema: string) => Promise<T>,
): Promise<T> {
  instantiated ??= instantiate();
  const { SchemaEngine } = await instantiated;
  const content = await readFile(schemaPath, 'utf8');
  // The engine holds the migration lock for as long as its connection lives.
  const adapter = bindMigrationAwareSqlAdapterFactory(
    new WholeScripts({ connectionString: url, idleTimeoutMillis: 100 }),
  );
  const engine = await SchemaEngine.new({ datamodels: [[schemaPath, content]] }, () => undefined, adapter);
  try {
    return await work(engine, content);
  } finally {
    engine.free();
  }
}

/** The adapter cuts a script at every semicolon, also within a function; Prisma's native engine sends it whole. */
class WholeScripts extends PrismaPg {
  readonly #url: string;

  constructor(config: { readonly connectionString: string; readonly idleTimeoutMillis: number }) {
    super(config);
    this.#url = config.connectionString;
  }

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      const client = new Client({ connectionString: this.#url });
      await client.connect();
      try {
        await client.query(script);
      } finally {
        await client.end();
      }
    };
    return adapter;
  }
}

/** Its bindings hold one instance of the module, so there is one. */
let instantiated: ReturnType<typeof instantiate> | undefined;

/** The package's entry point imports .wasm, which Node does not, so the module is instantiated by hand. */
async function instantiate() {
  const path = require.resolve('@prisma/schema-engine-wasm').replace('schema_engine.js', 'schema_engine_bg.wasm');
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports = { './schema_engine_bg.js': { ...bindings } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await readFile(path)), imports);
  bindings.__wbg_set_wasm(exports);
  const start = exports.__wbindgen_start;
  if (typeof start !== 'function') throw new Error(`${path} has no __wbindgen_start`);
  start();
  return bindings;
}
