import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { printSdl, schemaFile } from './print.ts';

it('the committed schema.graphql is what the code prints; `npm run schema` writes it', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(printSdl());
});
