import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of test/fixtures/demo, as a backend takes it. */
export function demoFile(name: string): { readonly path: string; readonly name: string } {
  const path = fileURLToPath(new URL(`../fixtures/demo/${name}`, import.meta.url));
  return { path, name: basename(path) };
}
