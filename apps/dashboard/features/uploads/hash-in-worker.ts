import type { HashMessage } from './hash-worker.ts';

type HashOptions = { readonly onProgress: (fraction: number) => void; readonly signal: AbortSignal };

export function hashInWorker(file: File, { onProgress, signal }: HashOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true });
    worker.addEventListener('error', (event) =>
      end(() => reject(new Error(`${file.name} could not be read: ${event.message}`))),
    );
    worker.addEventListener('message', ({ data }: MessageEvent<HashMessage>) => {
      if (data.kind === 'progress') onProgress(data.fraction);
      else if (data.kind === 'done') end(() => resolve(data.sha256));
      else end(() => reject(new Error(`${file.name} could not be read: ${data.message}`)));
    });
    worker.postMessage(file);
  });
}
