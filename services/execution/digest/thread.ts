import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { sha256OfFile } from './sha256-of-file.ts';
import { sha256OfFolder } from './sha256-of-folder.ts';

/** A thread that digests the file or folder at the path it is given. */
const digest = statSync(workerData).isDirectory() ? sha256OfFolder(workerData) : sha256OfFile(workerData);
parentPort?.postMessage(digest);
