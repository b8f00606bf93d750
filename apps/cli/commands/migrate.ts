import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { formatBytes } from '#contract/format-bytes.ts';
import { digestFile, type FileDigest } from '#execution/digest/digest-file.ts';
import { refuseOverwriting } from '#execution/refuse-overwriting.ts';
import { inStagedFolder } from '#execution/staged-folder.ts';
import type { Migrated } from '#torchao/migrate/migrate-checkpoint.ts';
import { inputFile } from '../input-files.ts';
import { interruptible } from '../interruptible.ts';
import { printable } from '../printable.ts';
import { progressReporter } from '../progress.ts';

type Options = { readonly out: string; readonly json?: boolean };

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring a checkpoint that torchao 0.13 to 0.17 quantized to the classes of 0.18, without loss')
    .argument('<old>', 'a .pth with quantized weights')
    .requiredOption('--out <new>', 'the new .pth')
    .option('--json', 'print the result as one line of JSON')
    .action(migrate);
}

async function migrate(path: string, { out, json }: Options): Promise<void> {
  const started = performance.now();
  // Loaded by this command alone.
  const { migrateCheckpoint } = await import('#torchao/migrate/migrate-checkpoint.ts');
  const model = await inputFile(path);
  await refuseOverwriting({ model }, dirname(out), [basename(out)]);
  const progress = progressReporter();
  try {
    const { migrated, artifact } = await interruptible((signal) =>
      inStagedFolder(dirname(out), async (stage) => {
        const staged = join(stage, basename(out));
        const migrated = await migrateCheckpoint({
          model,
          path: staged,
          archiveName: basename(out, extname(out)),
          signal,
          onProgress: (fraction) => progress.progress('write', fraction),
        });
        return { migrated, artifact: { ...(await digestFile(staged, basename(out), signal)), path: out } };
      }),
    );
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(json ? asJson(migrated, artifact, seconds) : printable(describe(migrated, artifact)));
  } finally {
    progress.end();
  }
}

/** The keys of `quantize --json`, with tensors in the place of layers. */
function asJson({ tensors, bytesBefore, bytesAfter }: Migrated, artifact: FileDigest, seconds: number): string {
  const { path, bytes, sha256 } = artifact;
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const result = { artifacts: [{ path, bytes, sha256 }], tensors, warnings: [], seconds, peakRssBytes };
  return `${JSON.stringify({ ...result, bytesBefore, bytesAfter })}\n`;
}

function describe({ tensors, bytesBefore, bytesAfter }: Migrated, { path, sha256 }: FileDigest): string {
  const { migrated, current, plain } = tensors;
  return [
    ...(migrated === 0 ? ['note: every quantized weight was as torchao 0.18 has it already'] : []),
    `tensors   ${migrated} migrated, ${current} as 0.18 has them, ${plain} not quantized`,
    `size      ${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}`,
    `${path}  sha256 ${sha256}`,
    '',
  ].join('\n');
}
