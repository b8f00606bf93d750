import { type BenchFacts, createBench, type SubjectResult, type Values } from './bench.ts';
import { startBench } from './start-bench.ts';

/** Subjects with what each weighs: values in a run. */
export type ReductionOrder = BenchFacts & { readonly weights: readonly number[]; readonly threads: number };

export type Reduction = {
  /** Resolves when the values are done with; false if one of them is NaN or infinite. The arrays are given away. */
  collect(run: readonly Values[]): Promise<boolean>;
  /** In the order of the subjects. */
  results(): Promise<readonly SubjectResult[]>;
  close(): Promise<void>;
};

/** Calibrates in so many threads, the subjects dealt out by weight, or here if there are none. */
export function createReduction({ method, dtypes, weights, threads }: ReductionOrder): Reduction {
  if (threads === 0) return reduceHere({ method, dtypes });
  const hands = deal(weights, threads);
  const benches = hands.map((hand) =>
    startBench({ method, dtypes: hand.map((subject) => dtypes[subject] ?? 'float32') }),
  );
  /** Where a subject is: which bench, and its index there. */
  const places = new Map(
    hands.flatMap((hand, bench) => hand.map((subject, index) => [subject, { bench, index }] as const)),
  );
  return {
    async collect(run) {
      const shares: Values[][] = hands.map(() => []);
      for (const values of run) {
        const place = places.get(values.subject);
        if (place) shares[place.bench]?.push({ ...values, subject: place.index });
      }
      const finite = await Promise.all(benches.map((bench, i) => bench.collect(shares[i] ?? [])));
      return finite.every(Boolean);
    },
    async results() {
      const answers = await Promise.all(benches.map((bench) => bench.results()));
      return dtypes.map((_, subject) => {
        const place = places.get(subject);
        const result = place && answers[place.bench]?.[place.index];
        if (!result) throw new Error(`a thread has no result for subject ${subject}`);
        return result;
      });
    },
    async close() {
      await Promise.all(benches.map((bench) => bench.close()));
    },
  };
}

function reduceHere(facts: BenchFacts): Reduction {
  const bench = createBench(facts);
  return {
    collect: async (run) => bench.collect(run),
    results: async () => bench.results(),
    close: async () => {},
  };
}

/** The heaviest first, each to whoever has least. */
function deal(weights: readonly number[], hands: number): readonly (readonly number[])[] {
  const dealt = Array.from({ length: Math.min(hands, weights.length) }, () => ({
    subjects: [] as number[],
    weight: 0,
  }));
  const heaviest = [...weights.entries()].sort(([, a], [, b]) => b - a);
  for (const [subject, weight] of heaviest) {
    const lightest = dealt.reduce((least, hand) => (hand.weight < least.weight ? hand : least));
    lightest.subjects.push(subject);
    lightest.weight += weight;
  }
  return dealt.map(({ subjects }) => subjects);
}
