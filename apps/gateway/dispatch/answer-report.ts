import { type Report, Verdict } from '#bus/messages.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import { appendEvents, type NewRunEvent } from './append-events.ts';
import { changeHeldRun } from './change-run.ts';
import { estimateRemaining, isStage } from './estimate-remaining.ts';
import type { SpokenFact } from './read-facts.ts';
import { parseStorable, storableText } from './storable-json.ts';

const longestLine = 4_000;

/** A report with all its words in it. */
type SpokenReport = Omit<Report, 'facts'> & { readonly facts: readonly SpokenFact[] };

/** Writes what a worker reports under its lease, each report once, in one transaction with its events. */
export async function answerReport(tx: TenantTransaction, report: SpokenReport): Promise<Verdict> {
  const rows = await tx.$queryRaw<{ canceled: boolean }[]>`
    select cancel_requested_at is not null as canceled from app.runs
    where organization_id = ${report.organizationId}::uuid and id = ${report.runId}::uuid
      and lease_epoch = ${report.epoch} and state in ('CLAIMED', 'RUNNING')
    for update`;
  const held = rows[0];
  if (!held) return Verdict.LOST;
  const elapsed = await takeNumber(tx, report);
  if (elapsed !== null) await write(tx, report, elapsed);
  return held.canceled ? Verdict.CANCEL : Verdict.CONTINUE;
}

/** Seconds since the attempt began; null if this report was written before. */
async function takeNumber(tx: TenantTransaction, report: SpokenReport): Promise<number | null> {
  const rows = await tx.$queryRaw<{ elapsed: number }[]>`
    update app.attempts set report_number = ${report.number}
    where organization_id = ${report.organizationId}::uuid and run_id = ${report.runId}::uuid
      and epoch = ${report.epoch} and report_number < ${report.number}
    returning extract(epoch from now() - started_at)::float8 as elapsed`;
  return rows[0]?.elapsed ?? null;
}

async function write(tx: TenantTransaction, report: SpokenReport, elapsed: number): Promise<void> {
  const events: NewRunEvent[] = [];
  for (const fact of report.facts) events.push(...(await writeFact(tx, report, { fact, elapsed })));
  await appendEvents(tx, report, events);
}

async function writeFact(
  tx: TenantTransaction,
  report: SpokenReport,
  { fact, elapsed }: { fact: SpokenFact; elapsed: number },
): Promise<NewRunEvent[]> {
  switch (fact.fact) {
    case 'started':
      return start(tx, report);
    case 'planJson':
      await tx.$executeRaw`
        update app.runs set plan = ${JSON.stringify(parseStorable(fact.planJson))}::jsonb
        where organization_id = ${report.organizationId}::uuid and id = ${report.runId}::uuid`;
      return [];
    case 'log': {
      const level = fact.log.level === 'warning' ? 'warning' : 'info';
      return [{ kind: 'log', data: { level, line: storableText(fact.log.line).slice(0, longestLine) } }];
    }
    case 'progress': {
      const { stage } = fact.progress;
      if (!isStage(stage)) return [];
      const fraction = Math.min(1, Math.max(0, fact.progress.fraction || 0));
      await tx.$executeRaw`
        update app.runs set stage = ${stage}, fraction = ${fraction}
        where organization_id = ${report.organizationId}::uuid and id = ${report.runId}::uuid`;
      return [
        { kind: 'progress', data: { stage, fraction, etaSeconds: estimateRemaining({ stage, fraction, elapsed }) } },
      ];
    }
  }
}

async function start(tx: TenantTransaction, report: SpokenReport): Promise<NewRunEvent[]> {
  if (!(await changeHeldRun(tx, 'start', report))) return [];
  await tx.$executeRaw`
    update app.attempts set state = 'RUNNING'
    where organization_id = ${report.organizationId}::uuid and run_id = ${report.runId}::uuid and epoch = ${report.epoch}`;
  return [{ kind: 'state', data: { state: 'RUNNING' } }];
}
