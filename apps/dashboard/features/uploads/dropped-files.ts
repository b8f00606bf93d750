/** Files that were dropped or chosen together, and the name of the folder they came in, if it was one. */
export type ChosenFiles = { readonly files: readonly File[]; readonly folder: string | null };

/** What one zip archive holds without its large form; a disk that was dropped by mistake is not read to its end. */
const mostFiles = 65_534;

/** What was dropped, files inside folders included. Must be called while the drop is handled. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<ChosenFiles> {
  const plain = [...files];
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return { files: plain, folder: null };
  const found: File[] = [];
  for (const entry of entries) await collect(entry, found);
  return { files: found, folder: entries.find(({ isDirectory }) => isDirectory)?.name ?? null };
}

async function collect(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= mostFiles) return;
  if (isFile(entry))
    found.push(placed(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), entry));
  if (!isDirectory(entry)) return;
  const reader = entry.createReader();
  // A reader gives its entries in pieces and ends with an empty one.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await collect(one, found);
  }
}

/** A file says where in a chosen folder it lay; one in a dropped folder is made to. */
function placed(file: File, { fullPath }: FileSystemEntry): File {
  return Object.defineProperty(file, 'webkitRelativePath', { value: fullPath.replace(/^\//, '') });
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** The files of an input, and the folder's name where a folder was chosen. */
export function inputFiles(list: Iterable<File> | null): ChosenFiles {
  const files = [...(list ?? [])];
  const [top, ...below] = files[0]?.webkitRelativePath.split('/') ?? [];
  return { files, folder: below.length > 0 && top ? top : null };
}
