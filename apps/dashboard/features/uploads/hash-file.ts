import { createSHA256 } from 'hash-wasm';

const sliceBytes = 4 * 1024 * 1024;

/** SHA-256 of a file of any size as hex, read a slice at a time; `onProgress` gets the fraction done. */
export async function hashFile(file: Blob, onProgress: (fraction: number) => void): Promise<string> {
  const hasher = await createSHA256();
  for (let start = 0; start < file.size; start += sliceBytes) {
    const slice = file.slice(start, start + sliceBytes);
    hasher.update(new Uint8Array(await slice.arrayBuffer()));
    onProgress(Math.min(1, (start + slice.size) / file.size));
  }
  return hasher.digest('hex');
}
