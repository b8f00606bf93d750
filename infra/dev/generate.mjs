#!/usr/bin/env node
// Makes what is generated from the sources of truth: schema.prisma, the .proto files, the AssemblyScript kernels,
// the dashboard's GraphQL documents. A step runs only when the bytes it reads have changed since it last ran.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stampFile = join(root, 'node_modules/.cache/zeropoint/generated.json');

const protobuf = (name, source, outDir) => ({
  name,
  reads: [source],
  makes: [`${outDir}/messages.js`, `${outDir}/messages.d.ts`],
  commands: [
    [
      'pbjs',
      '-t',
      'static-module',
      '-w',
      'es6',
      '--es6',
      '--force-long',
      '--no-service',
      '--root',
      outDir,
      '-o',
      `${outDir}/messages.js`,
      source,
    ],
    ['pbts', '-o', `${outDir}/messages.d.ts`, `${outDir}/messages.js`],
  ],
});

const steps = [
  {
    name: 'database client',
    reads: ['prisma/schema.prisma'],
    makes: ['prisma/generated/client/client.ts', 'prisma/generated/pothos.ts'],
    commands: [['prisma', 'generate', '--schema', 'prisma/schema.prisma']],
  },
  protobuf('bus messages', 'services/bus/quant.proto', 'services/bus/generated'),
  protobuf('ONNX messages', 'services/engine/formats/onnx/onnx.proto', 'services/engine/formats/onnx/generated'),
  {
    name: 'kernels',
    reads: ['services/engine/kernels/assembly'],
    makes: ['services/engine/kernels/generated/kernels.wasm'],
    commands: [
      [
        'asc',
        'services/engine/kernels/assembly/index.ts',
        '-O3',
        '--noAssert',
        '--runtime',
        'stub',
        '--enable',
        'simd,bulk-memory',
        '--importMemory',
        '--outFile',
        'services/engine/kernels/generated/kernels.wasm',
      ],
    ],
  },
  {
    // A thread starts in no time from one file of plain JavaScript, wherever the program runs from.
    name: 'thread of a transfer',
    reads: ['services/engine/transfer', 'services/engine/kernels', 'services/engine/numerics', 'services/contract'],
    makes: ['services/engine/transfer/generated/transfer-thread.mjs'],
    commands: [],
    bundle: 'services/engine/transfer/thread.ts',
  },
  {
    name: 'thread of a calibration',
    reads: [
      'services/engine/inference/reduction',
      'services/engine/numerics',
      'services/engine/kernels',
      'services/contract',
    ],
    makes: ['services/engine/inference/reduction/generated/calibration-thread.mjs'],
    commands: [],
    bundle: 'services/engine/inference/reduction/thread.ts',
  },
  {
    name: 'thread of a digest',
    reads: ['services/execution/digest'],
    makes: ['services/execution/digest/generated/digest-thread.mjs'],
    commands: [],
    bundle: 'services/execution/digest/thread.ts',
  },
  {
    name: 'dashboard documents',
    reads: [
      'apps/gateway/schema.graphql',
      'apps/dashboard/app',
      'apps/dashboard/features',
      'apps/dashboard/ui',
      'apps/dashboard/graphql/codegen.ts',
    ],
    makes: ['apps/dashboard/graphql/generated/graphql.ts'],
    commands: [['gql-gen', '--config', 'apps/dashboard/graphql/codegen.ts']],
  },
];

/** Runs every step whose inputs changed, or those of them that are named; `say` gets one line for each. */
export function generate(say, names = steps.map(({ name }) => name)) {
  const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  for (const step of steps.filter(({ name }) => names.includes(name))) {
    if (!step.reads.every((path) => existsSync(join(root, path)))) continue;
    const stamp = digest([...step.reads, 'infra/dev/generate.mjs', 'package-lock.json']);
    if (stamps[step.name] === stamp && step.makes.every((path) => existsSync(join(root, path)))) continue;
    say(`making ${step.name}`);
    for (const path of step.makes) mkdirSync(join(root, dirname(path)), { recursive: true });
    for (const command of step.commands) run(command);
    if (step.bundle) bundle(step.bundle, step.makes[0]);
    stamps[step.name] = stamp;
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
  }
}

/** The files that the named steps read. */
export function sourcesOf(names) {
  const paths = steps.filter(({ name }) => names.includes(name)).flatMap(({ reads }) => reads);
  return paths.flatMap((path) => filesUnder(join(root, path))).map((path) => relative(root, path));
}

function run([tool, ...args]) {
  const result = spawnSync(process.execPath, [bin(tool), ...args], {
    cwd: root,
    encoding: 'utf8',
    // Prisma only needs some executable here to generate; it would download its schema engine otherwise.
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  });
  if (result.status !== 0) throw new Error(`${tool} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}

function bundle(entry, outfile) {
  const target = { bundle: true, platform: 'node', format: 'esm', target: 'node20' };
  buildSync({ absWorkingDir: root, entryPoints: [entry], outfile, ...target, logLevel: 'silent' });
}

/** The script behind a command of a dependency, so that it runs without a shell. */
function bin(tool) {
  const link = join(root, 'node_modules/.bin', tool);
  if (!existsSync(link)) throw new Error(`${tool} is not installed; run npm ci`);
  return link;
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of filesUnder(join(root, path)))
      hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'generated' && entry.name !== 'node_modules' && entry.name !== '.next')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) generate((line) => console.log(line));
