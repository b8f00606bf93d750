import type { UploadSlot } from '#dashboard/features/uploads/use-upload.ts';
import type { ModelUploads } from './use-model-uploads.ts';

/** How an upload is handed over to the API. */
export type ReadyUploads = { uploadId: string; parts?: string[]; graphUploadId?: string };

/** The upload ids to hand over, or null while something is missing or still on its way. */
export function readyUploads(
  { arrangement, uploads }: Pick<ModelUploads, 'arrangement' | 'uploads'>,
  graph: Pick<UploadSlot, 'status'>,
): ReadyUploads | null {
  if (!arrangement?.main || arrangement.missing.length > 0) return null;
  const ids = [arrangement.main, ...arrangement.parts].map((wanted) => {
    const status = uploads.find(({ file }) => file === wanted)?.status;
    return status?.phase === 'done' ? status.uploadId : null;
  });
  const [uploadId, ...parts] = ids.filter((id) => id !== null);
  if (uploadId === undefined || parts.length + 1 < ids.length) return null;
  const model = parts.length > 0 ? { uploadId, parts } : { uploadId };
  if (graph.status === null) return model;
  return graph.status.phase === 'done' ? { ...model, graphUploadId: graph.status.uploadId } : null;
}
