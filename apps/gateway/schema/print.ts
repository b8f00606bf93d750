import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { printSchema } from 'graphql';
import { schema } from './schema.ts';

/** The committed SDL: what the dashboard, the command line and every client is made from. */
export const schemaFile = fileURLToPath(new URL('../schema.graphql', import.meta.url));

export function printSdl(): string {
  return `# Printed by \`npm run schema\` from apps/gateway; not edited by hand.\n${printSchema(schema)}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(schemaFile, printSdl());
