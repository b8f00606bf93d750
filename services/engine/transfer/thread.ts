import { parentPort, workerData } from 'node:worker_threads';
import { type BenchFacts, benchOf } from './bench.ts';
import { runTasks } from './run-tasks.ts';

/** A thread of a transfer: does tasks until there are none, and says what stopped it. */
const facts: BenchFacts = workerData;
parentPort?.postMessage({ ended: runTasks(benchOf(facts)) });
