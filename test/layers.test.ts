import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './kit/source-files.ts';

/**
 * Who may import whom, and who owns which package. A module is a folder; the longest one that holds a file is its
 * module. Tests beside the source follow the same rules, but may use test/ as well.
 */
const layers = {
  'services/contract': [],
  'services/threads': [],
  'services/engine/kernels': [],
  'services/engine/numerics': ['services/engine/kernels'],
  'services/engine/formats': ['services/engine/numerics', 'services/contract'],
  'services/engine/transfer': [
    'services/engine/formats',
    'services/engine/numerics',
    'services/engine/kernels',
    'services/threads',
    'services/contract',
  ],
  'services/engine/modules': ['services/engine/formats', 'services/contract'],
  'services/engine/graph': ['services/engine/formats', 'services/engine/numerics', 'services/contract'],
  'services/engine/inference': [
    'services/engine/graph',
    'services/engine/formats',
    'services/engine/numerics',
    'services/engine/kernels',
    'services/threads',
    'services/contract',
  ],
  'services/engine/companion': [
    'services/engine/inference',
    'services/engine/graph',
    'services/engine/modules',
    'services/engine/formats',
    'services/engine/numerics',
    'services/contract',
  ],
  'services/engine/inspection': ['services/engine/formats', 'services/engine/modules', 'services/contract'],
  'services/execution': ['services/threads', 'services/contract'],
  'services/storage': ['services/contract'],
  'services/bus': ['services/contract'],
  'services/worker': ['services/bus', 'services/storage', 'services/execution', 'services/contract'],
  'services/torchao': ['services/engine', 'services/execution', 'services/worker', 'services/contract'],
  'services/modelopt': ['services/engine', 'services/execution', 'services/worker', 'services/contract'],
  prisma: [],
  'apps/gateway': ['prisma', 'services/bus', 'services/storage', 'services/contract'],
  'apps/dashboard': [],
  'apps/cli': ['services/contract', 'services/execution', 'services/engine', 'services/torchao', 'services/modelopt'],
} as const satisfies Record<string, readonly string[]>;

const owners: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['services/engine/inference'],
  sharp: ['services/engine/inference'],
  '@nats-io/transport-node': ['services/bus'],
  '@nats-io/jetstream': ['services/bus'],
  protobufjs: ['services/bus', 'services/engine/formats'],
  '@prisma/client': ['prisma'],
  '@prisma/adapter-pg': ['prisma'],
  '@apollo/server': ['apps/gateway'],
  graphql: ['apps/gateway', 'apps/dashboard'],
  next: ['apps/dashboard'],
  react: ['apps/dashboard'],
};

const aliases: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(readPackageImports()).map(([alias, target]) => [alias.slice(0, -1), target.slice(2, -1)]),
);

const files = sourceFiles(['apps', 'services', 'prisma']);

test('every source file is in a module that the table names', () => {
  expect(files.filter((file) => moduleOf(file) === undefined && !file.startsWith('services/engine/'))).toEqual([]);
});

test('imports only go to modules that the table allows', () => {
  const violations = files.flatMap((file) =>
    importsOf(file)
      .map((specifier) => ({ specifier, target: resolveImport(file, specifier) }))
      .filter(({ target }) => target !== undefined && !isAllowed(file, target))
      .map(({ specifier }) => `${file} may not import ${specifier}`),
  );
  expect(violations).toEqual([]);
});

test('packages are imported by their owners only', () => {
  const violations = files.flatMap((file) =>
    importsOf(file)
      .map((specifier) => ({ specifier, allowed: owners[packageName(specifier)] }))
      .filter(({ allowed }) => allowed && !allowed.some((folder) => file.startsWith(`${folder}/`)))
      .map(({ specifier }) => `${file} may not import ${specifier}`),
  );
  expect(violations).toEqual([]);
});

function isAllowed(file: string, target: string): boolean {
  const from = moduleOf(file);
  const to = moduleOf(target) ?? target;
  if (from === undefined || from === to || target === 'package.json') return true;
  if (isTest(file) && target.startsWith('test/')) return true;
  const allowed: readonly string[] = layers[from];
  return allowed.some((folder) => to === folder || to.startsWith(`${folder}/`));
}

function moduleOf(file: string): keyof typeof layers | undefined {
  const holding = Object.keys(layers).filter((folder) => file.startsWith(`${folder}/`));
  return holding.sort((a, b) => b.length - a.length)[0] as keyof typeof layers | undefined;
}

function resolveImport(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(join(dirname(file), specifier));
  const alias = Object.keys(aliases).find((prefix) => specifier.startsWith(prefix));
  return alias && specifier.replace(alias, aliases[alias] ?? '');
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function readPackageImports(): Record<string, string> {
  return JSON.parse(readFileSync('package.json', 'utf8')).imports;
}

function isTest(file: string): boolean {
  return /\.(test|fixture)\.tsx?$/.test(file);
}
