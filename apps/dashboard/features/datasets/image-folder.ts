import type { ChosenFiles } from '#dashboard/features/uploads/dropped-files.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { mostZippedBytes, mostZippedFiles, type ZippedFile } from './zip-file.ts';

/** The images of a folder that was chosen, by their paths in it. */
export type ImageFolder = {
  readonly name: string;
  readonly images: readonly (ZippedFile & { readonly content: File })[];
  /** Other files, which are not sent. */
  readonly others: number;
};

const isImage = /\.(jpe?g|png|webp)$/i;
const isHidden = /(^|\/)\./;

/** Images in the order of their paths. What is hidden counts nowhere. Errors: a sentence. */
export function imageFolderOf({ files, folder }: ChosenFiles): ImageFolder | string {
  const name = folder ?? 'images';
  const placed = files
    .map((content) => ({ path: content.webkitRelativePath.split('/').slice(1).join('/') || content.name, content }))
    .filter(({ path }) => !isHidden.test(path));
  const images = placed.filter(({ path }) => isImage.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = images.reduce((sum, { content }) => sum + content.size, 0);
  if (images.length === 0) return `There are no JPEG, PNG or WebP images among the ${placed.length} files of ${name}.`;
  if (images.length >= mostZippedFiles || bytes + images.length * 1_000 > mostZippedBytes)
    return `${name} has ${images.length} images of ${formatBytes(bytes)}; at most ${mostZippedFiles - 1} of ${formatBytes(mostZippedBytes)} can be sent from here. Some hundred typical ones calibrate as well.`;
  return { name, images, others: placed.length - images.length };
}
