import type { Readable } from 'node:stream';

const kept = 8_192;

/** Reads a stream to its end and gives its last few thousand characters. */
export function tailOf(stream: Readable | null): () => string {
  let tail = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    tail = (tail + text).slice(-kept);
  });
  return () => tail;
}
