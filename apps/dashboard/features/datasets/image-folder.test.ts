import { expect, test } from 'vitest';
import { imageFolderOf } from './image-folder.ts';

function file(path: string): File {
  return Object.defineProperty(new File(['x'], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
}

test('images are named by their paths in the folder, in order; others are counted, hidden ones are not', () => {
  const files = ['p/dog/2.JPG', 'p/cat/1.png', 'p/notes.txt', 'p/.DS_Store', 'p/a.webp', 'p/b.bmp'].map(file);
  const folder = imageFolderOf({ files, folder: 'p' });
  if (typeof folder === 'string') throw new Error(folder);
  expect(folder.images.map(({ path }) => path)).toEqual(['a.webp', 'cat/1.png', 'dog/2.JPG']);
  expect(folder).toMatchObject({ name: 'p', others: 2 });
});

test('a folder without images is refused in a sentence', () => {
  expect(imageFolderOf({ files: [file('p/a.txt')], folder: 'p' })).toBe(
    'There are no JPEG, PNG or WebP images among the 1 files of p.',
  );
});
