import type { Failure } from '#contract/failure.ts';
import type { TenantTransaction } from '#gateway/tenancy/transaction.ts';
import type { RunState } from '#prisma/generated/client/enums.ts';
import type { RunKey } from './run-states.ts';

/** `data` has the fields of the SDL's RunStateChanged, RunProgressed and RunLogged. */
export type NewRunEvent =
  | { readonly kind: 'state'; readonly data: { readonly state: RunState; readonly failure?: Failure } }
  | {
      readonly kind: 'progress';
      readonly data: { readonly stage: string; readonly fraction: number; readonly etaSeconds: number | null };
    }
  | { readonly kind: 'log'; readonly data: { readonly level: string; readonly line: string } };

/**
 * Appends what happened to a run. Both numbers are taken by updates of the rows that hold them, in this very
 * transaction: they have no gaps, and no reader sees a number before all smaller ones. Locks run, then project.
 */
export async function appendEvents(tx: TenantTransaction, key: RunKey, events: readonly NewRunEvent[]): Promise<void> {
  if (events.length === 0) return;
  const written = await tx.$executeRaw`
    with run as (
      update app.runs set event_seq = event_seq + ${events.length}
      where organization_id = ${key.organizationId}::uuid and id = ${key.runId}::uuid
      returning organization_id, id, project_id, lease_epoch, event_seq - ${events.length} as base
    ), project as (
      update app.projects set event_seq = app.projects.event_seq + ${events.length}
      from run where app.projects.organization_id = run.organization_id and app.projects.id = run.project_id
      returning app.projects.event_seq - ${events.length} as base
    )
    insert into app.run_events (organization_id, run_id, seq, project_id, project_seq, epoch, kind, data)
    select run.organization_id, run.id, run.base + entry.n, run.project_id, project.base + entry.n, run.lease_epoch,
      entry.event->>'kind', entry.event->'data'
    from run, project, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as entry(event, n)`;
  if (written !== events.length) throw new Error(`Run ${key.runId} took ${written} of ${events.length} events`);
}
