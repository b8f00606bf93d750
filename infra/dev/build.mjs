#!/usr/bin/env node
// Makes dist/: one bundle for each program, with the packages left in node_modules; the command line; and the
// dashboard's production build. Bundling takes a fraction of a second; the dashboard is built when its sources changed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildCli, companions, removeOlder } from './build-cli.mjs';
import { digest } from './digest.mjs';
import { generate } from './generate.mjs';
import { replaceFile } from './replace-file.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const programs = {
  platform: 'infra/dev/platform.ts',
  gateway: 'apps/gateway/main.ts',
  worker: 'infra/dev/worker.ts',
};

const dashboard = 'apps/dashboard';
const dashboardStamp = join(root, dashboard, '.next/zeropoint-sources');

/** Makes everything; `say` gets one line for each thing that takes time. */
export async function build(say) {
  await buildPrograms(say);
  await buildDashboard(say);
}

export async function buildPrograms(say) {
  generate(say);
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: programs,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'silent',
    write: false,
  });
  await esbuild.stop();
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
  for (const path of companions) replaceFile(join(root, 'dist', basename(path)), readFileSync(join(root, path)));
  await buildCli(say);
}

export async function buildDashboard(say) {
  const sources = () => digest(root, [dashboard, 'package-lock.json', 'tsconfig.json']);
  if (existsSync(dashboardStamp) && readFileSync(dashboardStamp, 'utf8') === sources()) return;
  say('building the dashboard (a minute; several on a slow machine)');
  const started = Date.now();
  const sign = setInterval(() => say(`  still building (${Math.round((Date.now() - started) / 1000)} s)`), 15_000);
  try {
    await run([join(root, 'node_modules/next/dist/bin/next'), 'build', dashboard]);
  } finally {
    clearInterval(sign);
  }
  // Next completes tsconfig.json as it builds.
  writeFileSync(dashboardStamp, sources());
}

/** The tool's own words are shown only when it failed. */
function run(args) {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const words = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => words.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${args.slice(1).join(' ')} failed:\n${Buffer.concat(words)}`));
    });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build((line) => console.log(line));
    // What is packed is one version.
    removeOlder(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
