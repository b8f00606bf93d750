import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

const require = createRequire(import.meta.url);

/**
 * The SQL that Prisma's own schema engine would write for an empty database and this schema. `url` is a database it
 * may connect to; it changes nothing there. The package's entry point imports .wasm, which Node does not, so the
 * module is instantiated by hand.
 */
export async function schemaSql(schemaPath: string, url: string): Promise<string> {
  const engineModule = await instantiate();
  const content = await readFile(schemaPath, 'utf8');
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [[schemaPath, content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url })),
  );
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: schemaPath, content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    if (!stdout) throw new Error(`${schemaPath} gives no SQL`);
    return stdout;
  } finally {
    engine.free();
  }
}

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
