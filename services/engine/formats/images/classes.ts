export type ImageClasses = {
  /** Sorted; the index in it is the label. */
  readonly names: readonly string[];
  /** One for each image. */
  readonly labels: Int32Array<ArrayBuffer>;
};

/**
 * `class/name.jpg` for every image makes the folder's name its class, and the classes numbered in the order of their
 * names, as torchvision's ImageFolder has them (`10` comes before `2`). Folders that hold all of them are passed over.
 * Null if an image lies in no folder of its own class, or all in one.
 */
export function classesOf(images: readonly string[]): ImageClasses | null {
  const folders = images.map((image) => image.split('/').slice(0, -1));
  const [first = []] = folders;
  const outer = first.findIndex((part, depth) => folders.some((folder) => folder[depth] !== part));
  if (outer < 0) return null;
  const named = folders.map((folder) => folder[outer]);
  const names = [...new Set(named)].sort();
  const index = new Map(names.map((name, i) => [name, i]));
  if (named.includes(undefined)) return null;
  return {
    names: names.filter((name) => name !== undefined),
    labels: Int32Array.from(named, (name) => index.get(name) ?? -1),
  };
}
