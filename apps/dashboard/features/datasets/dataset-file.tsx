'use client';

import { Stack } from '@mantine/core';
import { useState } from 'react';
import { DropZone } from '#dashboard/features/uploads/drop-zone.tsx';
import type { ChosenFiles } from '#dashboard/features/uploads/dropped-files.ts';
import { FolderButton } from '#dashboard/features/uploads/folder-button.tsx';
import { UploadProgress } from '#dashboard/features/uploads/upload-progress.tsx';
import type { ChosenUpload } from '#dashboard/features/uploads/use-upload.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { type ImageFolder, imageFolderOf } from './image-folder.ts';
import { ImageFolderForm } from './image-folder-form.tsx';

/** An archive that was made here, and what people call the folder in it. */
export type PackedFolder = { readonly archive: File; readonly name: string };

type DatasetFileProps = {
  slot: ChosenUpload;
  /** The name of the folder that the file of the slot was made from. */
  packedAs: string | undefined;
  onPacked: (packed: PackedFolder) => void;
};

/** The file of a dataset: arrays, one array, an archive of images, or a folder of images that becomes one. */
export function DatasetFile({ slot, packedAs, onPacked }: DatasetFileProps) {
  const [folder, setFolder] = useState<ImageFolder | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  function take(chosen: ChosenFiles) {
    const [first, ...more] = chosen.files;
    setProblem(null);
    if (first && more.length === 0 && chosen.folder === null && !/\.(jpe?g|png|webp)$/i.test(first.name))
      return slot.choose(first);
    const found = imageFolderOf(chosen);
    if (typeof found === 'string') setProblem(found);
    else setFolder(found);
  }

  if (slot.file) return <UploadProgress slot={slot} title={packedAs} />;
  if (folder)
    return (
      <ImageFolderForm
        folder={folder}
        onPacked={(archive) => {
          setFolder(null);
          onPacked({ archive, name: `${folder.name} (${counted(folder.images.length, 'image')})` });
          slot.choose(archive);
        }}
        onCancel={() => setFolder(null)}
      />
    );
  return (
    <Stack gap="xs">
      <DropZone
        label="Choose a dataset file"
        hint="A NumPy .npz with one array per model input, a .npy for a model with one input, a .zip or .tar of images, or a folder of images dropped here"
        accept=".npz,.npy,.zip,.tar,.tar.gz,.tgz"
        take="many"
        onFiles={take}
      />
      <FolderButton label="Choose a folder of images" onFiles={take} />
      {problem ? (
        <Notice tone="problem" remedy="Choose a folder or an archive of images, an .npz or a .npy.">
          {problem}
        </Notice>
      ) : null}
    </Stack>
  );
}
