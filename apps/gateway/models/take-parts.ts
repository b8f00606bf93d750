import type { Change } from '../audit/change.ts';
import { InvalidInputError } from '../errors.ts';
import { type TakenUpload, takeUploads } from '../uploads/take-upload.ts';

const mostParts = 1_000;

const path = ['input', 'parts'];

export type PartsQuery = {
  readonly projectId: string;
  readonly uploadIds: readonly string[];
  /** The file that refers to them. */
  readonly file: TakenUpload;
};

/**
 * The stored files that a model's own file refers to, by the names under which they were uploaded. They will lie in one
 * folder on a worker's disk, which need not tell capital letters from small ones.
 */
export async function takeParts(
  acting: Change,
  { projectId, uploadIds, file }: PartsQuery,
): Promise<readonly { readonly name: string; readonly artifactId: string }[]> {
  if (uploadIds.length > mostParts) {
    throw new InvalidInputError(path, `The model has ${uploadIds.length} parts; ${mostParts} are the limit.`);
  }
  const taken = await takeUploads(acting, { uploadIds, projectId, path });
  const names = new Map([[folded(file.upload.fileName), file.upload.fileName]]);
  for (const { upload } of taken) {
    const other = names.get(folded(upload.fileName));
    if (other !== undefined) {
      throw new InvalidInputError(
        path,
        `Two files of the model have one name: ${other} and ${upload.fileName}.`,
        'Give each file once, under the name by which the others know it.',
      );
    }
    names.set(folded(upload.fileName), upload.fileName);
  }
  return taken.map(({ upload, artifactId }) => ({ name: upload.fileName, artifactId }));
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
