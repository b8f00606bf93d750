import type { InputFile } from '#contract/backend.ts';
import type { DatasetInspection } from '#contract/inspection.ts';
import { classesOf } from '#engine/formats/images/classes.ts';
import { openImages } from '#engine/formats/images/open-images.ts';

/** Every image is looked at, none is decoded. Errors: those of `openImages`, and of the first file that is no image. */
export async function inspectImages(file: InputFile): Promise<DatasetInspection> {
  const collection = await openImages(file);
  try {
    const { images, bytes, wishes } = collection;
    for (const index of images.keys()) await collection.readImage(index);
    const classes = classesOf(images)?.names ?? [];
    return {
      kind: 'dataset',
      format: 'images',
      bytes,
      samples: images.length,
      arrays: [],
      labels: classes.length > 0 ? 'folders' : null,
      images: { classes, preprocess: wishes },
    };
  } finally {
    await collection.close();
  }
}
