#!/usr/bin/env node
// `npm test`: brings what the tests need, runs them all, and ends with `N passed, N failed, N skipped`.
// Further arguments go to vitest; with `--project NAME` only that project runs.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);

/** Projects that need more than this script brings are run by name only. */
const projects = ['unit', 'integration', 'e2e'];
const asked = args.some((arg) => arg.startsWith('--project'));
const runs = (...names) => !asked || names.some((name) => args.includes(name) || args.includes(`--project=${name}`));

try {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled(root, say);
  const { buildDashboard, buildPrograms } = await import('./build.mjs');
  await buildPrograms(say);
  if (runs('integration', 'e2e')) await buildDashboard(say);
  const env = { ...process.env };
  if (runs('e2e')) {
    const { findChromium } = await import('./find-chromium.mjs');
    env.ZEROPOINT_CHROMIUM = await findChromium(root, say);
  }
  process.exitCode = await runTests(env);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function runTests(env) {
  const folder = mkdtempSync(join(tmpdir(), 'zeropoint-tests-'));
  const report = join(folder, 'report.json');
  try {
    const chosen = asked ? [] : projects.flatMap((name) => ['--project', name]);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, 'run', ...chosen, ...reporters, ...args], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    const code = await new Promise((resolve) => child.once('close', (status, signal) => resolve(signal ? 1 : status)));
    return summarise(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not even be loaded has no tests in it, and is counted as one that failed. */
function summarise(report, code) {
  if (!existsSync(report)) throw new Error(`vitest ended with exit code ${code} and wrote no report.`);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const unloadable = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = numFailedTests + unloadable.length;
  console.log(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
  return failed > 0 || numPassedTests === 0 ? 1 : code;
}

function say(line) {
  console.log(line);
}
