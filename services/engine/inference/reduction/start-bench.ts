import { kernelModule } from '#engine/kernels/module.ts';
import { bundledThread } from '#threads/bundled-thread.ts';
import type { BenchFacts, SubjectResult, Values } from './bench.ts';
import type { Answer, Question, ThreadFacts } from './thread.ts';

/** A bench in a thread of its own. */
export type RemoteBench = {
  collect(run: readonly Values[]): Promise<boolean>;
  results(): Promise<readonly SubjectResult[]>;
  close(): Promise<void>;
};

export function startBench(facts: BenchFacts): RemoteBench {
  const data: ThreadFacts = { ...facts, kernels: kernelModule() };
  const thread = bundledThread('calibration-thread.mjs', { from: import.meta.url, data });
  const waiting: PromiseWithResolvers[] = [];
  let failure: unknown = null;
  const fail = (error: unknown) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  thread.on('message', (answer: Answer) => waiting.shift()?.resolve(answer));
  thread.on('error', fail);
  thread.on('exit', (code) => fail(new Error(`a calibration thread ended with exit code ${code}`)));
  const ask = (question: Question, given: ArrayBuffer[]) =>
    new Promise<Answer>((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.push({ resolve, reject });
      thread.postMessage(question, given);
    });
  return {
    async collect(run) {
      if (run.length === 0) return true;
      const answer = await ask({ collect: run }, [
        ...new Set(run.flatMap(({ parts }) => parts.map(({ buffer }) => buffer))),
      ]);
      return 'finite' in answer && answer.finite;
    },
    async results() {
      const answer = await ask('results', []);
      return 'results' in answer ? answer.results : [];
    },
    async close() {
      await thread.terminate();
    },
  };
}

type PromiseWithResolvers = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};
