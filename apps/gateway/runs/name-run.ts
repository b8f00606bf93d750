import type { Change } from '../audit/change.ts';
import { modelWithoutFormat } from '../models/model-without-format.ts';
import { lockName } from '../tenancy/lock-name.ts';

type Named = { readonly projectId: string; readonly modelName: string; readonly backend: string };

/** The name of a run that nobody has named: its model and its backend, with a number where the project has such a run. */
export async function nameRun({ tx, organizationId }: Change, { projectId, ...named }: Named): Promise<string> {
  await lockName(tx, `run-names/${organizationId}/${projectId}`);
  const name = nameOf(named);
  const taken = await tx.run.findMany({
    where: { organizationId, projectId, kind: 'QUANTIZE', name: { startsWith: name } },
    select: { name: true },
    distinct: ['name'],
  });
  return firstFree(name, new Set(taken.map((run) => run.name)));
}

export function nameOf({ modelName, backend }: Omit<Named, 'projectId'>): string {
  return `${modelWithoutFormat(modelName)} · ${backend}`;
}

export function firstFree(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name} (${count})`;
    if (!taken.has(candidate)) return candidate;
  }
}
