import type { InspectedTensor, ModelInspection } from '#contract/inspection.ts';
import type { Context } from '../context.ts';
import { stored } from '../schema/stored.ts';
import { readable } from './readable.ts';

/** A model's inspection. Its tensors may be hundreds of thousands and are read from the database by the first who asks. */
export type StoredInspection = Omit<ModelInspection, 'tensors'> & {
  readonly tensorCount: number;
  tensors(): Promise<readonly InspectedTensor[]>;
};

/** The columns that `readInspection` takes: all are small. */
export const inspectionColumns = { organizationId: true, id: true, inspectionHead: true, tensorCount: true } as const;

type Row = {
  readonly organizationId: string;
  readonly id: string;
  readonly inspectionHead: unknown;
  readonly tensorCount: number | null;
};

export function readInspection(row: Row, { db, log }: Context): StoredInspection | null {
  const { organizationId, id, inspectionHead, tensorCount } = row;
  const head = stored('inspectionHead', readable('model', { id, json: inspectionHead }, { log }));
  if (!head) return null;
  let tensors: Promise<readonly InspectedTensor[]> | undefined;
  const load = async () => {
    const version = await db.modelVersion.findUnique({
      where: { organizationId_id: { organizationId, id } },
      select: { inspection: true },
    });
    return stored('modelInspection', version?.inspection)?.tensors ?? [];
  };
  return {
    ...head,
    tensorCount: tensorCount ?? 0,
    tensors() {
      tensors ??= load();
      return tensors;
    },
  };
}
