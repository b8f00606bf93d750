import type { SampleSource } from './sample-source.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * Of a larger source `most` samples, drawn without replacement by the seed and left in their order; inseparable samples
 * are drawn together, and at least one such group is.
 */
export function drawSamples(source: SampleSource, { most, seed }: { most: number; seed: number }): SampleSource {
  if (most >= source.samples) return source;
  const { inseparable } = source;
  const groups = draw(Math.floor(source.samples / inseparable), Math.max(1, Math.floor(most / inseparable)), seed);
  const drawn = groups.flatMap((group) => Array.from({ length: inseparable }, (_, i) => group * inseparable + i));
  const original = (sample: number) => drawn[sample] ?? 0;
  return {
    ...source,
    samples: drawn.length,
    idOf: (sample) => source.idOf(original(sample)),
    read: (samples) => source.read(samples.map(original)),
    async readLabels() {
      const labels = await source.readLabels();
      if (!labels) return null;
      const size = labels.bytes.length / source.samples;
      const bytes = new Uint8Array(drawn.length * size);
      for (const [i, sample] of drawn.entries())
        bytes.set(labels.bytes.subarray(sample * size, (sample + 1) * size), i * size);
      return { ...labels, shape: [drawn.length], bytes };
    },
  };
}

/** `count` different numbers below `limit`, increasing (Floyd's algorithm: memory is what is drawn). */
function draw(limit: number, count: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  const drawn = new Set<number>();
  for (let last = limit - count; last < limit; last++) {
    const candidate = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(candidate) ? last : candidate);
  }
  return [...drawn].sort((a, b) => a - b);
}
