import { parentPort, workerData } from 'node:worker_threads';
import { provideKernels } from '#engine/kernels/module.ts';
import { type BenchFacts, createBench, type SubjectResult, type Values } from './bench.ts';

export type ThreadFacts = BenchFacts & { readonly kernels: WebAssembly.Module };

export type Question = { readonly collect: readonly Values[] } | 'results';
export type Answer = { readonly finite: boolean } | { readonly results: readonly SubjectResult[] };

/** A thread that calibrates: answers one question after the other. */
const facts: ThreadFacts = workerData;
provideKernels(facts.kernels);
const bench = createBench(facts);
parentPort?.on('message', (question: Question) => {
  const answer: Answer =
    question === 'results' ? { results: bench.results() } : { finite: bench.collect(question.collect) };
  parentPort?.postMessage(answer);
});
