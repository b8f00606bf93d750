import { parentPort, workerData } from 'node:worker_threads';
import { sha256OfFile } from './sha256-of-file.ts';

/** A thread that digests the file at the path it is given. */
parentPort?.postMessage(sha256OfFile(workerData));
