import { hashFile } from './hash-file.ts';

export type HashMessage =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly sha256: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Hashes the one file it is sent, off the page's thread. */
addEventListener('message', async ({ data }: MessageEvent<File>) => {
  const answer = (message: HashMessage) => postMessage(message);
  try {
    const sha256 = await hashFile(data, (fraction) => answer({ kind: 'progress', fraction }));
    answer({ kind: 'done', sha256 });
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
