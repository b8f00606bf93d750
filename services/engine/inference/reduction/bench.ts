import { widenFloat16 } from '#engine/kernels/kernels.ts';
import {
  type CalibratedDtype,
  type CalibratedRange,
  type CalibrationMethod,
  type Calibrator,
  createCalibrator,
  type EqualBatches,
} from '#engine/numerics/calibration/calibrator.ts';

/** What calibrates some of the subjects: made once for a thread. */
export type BenchFacts = {
  readonly method: CalibrationMethod;
  readonly dtypes: readonly CalibratedDtype[];
};

/** Values of one subject in one run. */
export type Values = {
  /** Index among the subjects of the bench. */
  readonly subject: number;
  /** Of each member: f32, or the bits of binary16, the samples one after the other. */
  readonly parts: readonly (Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>)[];
  /** Samples of each batch in the run; a calibrator is given the batches one by one. */
  readonly counts: readonly number[];
  /**
   * Present: each member is given to the calibrator by itself, in so many equal pieces; the first piece of all members,
   * then the second. Absent: what all members have in a batch is given as one.
   */
  readonly steps?: number;
};

export type SubjectResult = {
  readonly range: CalibratedRange;
  /** The one value that there was in all samples; null if there were several, or none. */
  readonly constant: number | null;
  /** What the calibrator did otherwise than ModelOpt does it. */
  readonly departures: readonly string[];
};

export type Bench = {
  /** False if a value is NaN or infinite; the bench is of no use then. */
  collect(run: readonly Values[]): boolean;
  results(): readonly SubjectResult[];
};

export function createBench({ method, dtypes }: BenchFacts): Bench {
  const subjects = dtypes.map((dtype) => ({ calibrator: createCalibrator(method, dtype), constant: createConstant() }));
  return {
    collect(run) {
      return run.every(({ subject, parts, counts, steps }) => {
        const to = subjects[subject];
        if (!to) throw new Error(`there is no subject ${subject}`);
        return batchesOf(parts.map(widened), { counts, steps }).every((given) => {
          to.constant.look(given.values);
          return collected(to.calibrator, given);
        });
      });
    },
    results: () =>
      subjects.map(({ calibrator, constant }) => ({
        range: calibrator.range(),
        constant: constant.value(),
        departures: calibrator.departures(),
      })),
  };
}

function widened(part: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): Float32Array {
  return part instanceof Uint16Array ? widenFloat16(part) : part;
}

function collected(calibrator: Calibrator, batches: EqualBatches): boolean {
  try {
    calibrator.collectAll(batches);
    return true;
  } catch (error) {
    if (error instanceof RangeError && !batches.values.every(Number.isFinite)) return false;
    throw error;
  }
}

/** What a calibrator is given, one after the other. */
function batchesOf(
  parts: readonly Float32Array[],
  { counts, steps }: { readonly counts: readonly number[]; readonly steps: number | undefined },
): readonly EqualBatches[] {
  const samples = counts.reduce((sum, count) => sum + count, 0);
  const [only] = parts.length === 1 ? parts : [];
  if (only && (steps ?? 1) === 1 && only.length % samples === 0) return equalBatches(only, { counts, samples });
  let before = 0;
  return counts.flatMap((count) => {
    const pieces = parts.map((part) => piece(part, { from: before, to: before + count, of: samples }));
    before += count;
    const given = steps === undefined ? [concatenate(pieces)] : byStep(pieces, steps);
    return given.map((values) => ({ values, batches: 1 }));
  });
}

/** Neighbours that hold as many samples come together: a calibrator is faster with few calls. */
function equalBatches(
  values: Float32Array,
  { counts, samples }: { readonly counts: readonly number[]; readonly samples: number },
): readonly EqualBatches[] {
  const starts = counts.flatMap((count, i) => (count === counts[i - 1] ? [] : [i]));
  let before = 0;
  return starts.map((start, i) => {
    const batches = (starts[i + 1] ?? counts.length) - start;
    const from = before;
    before += batches * (counts[start] ?? 0);
    return { values: piece(values, { from, to: before, of: samples }), batches };
  });
}

function byStep(members: readonly Float32Array[], steps: number): readonly Float32Array[] {
  return Array.from({ length: steps }, (_, step) => step).flatMap((step) =>
    members.map((member) => piece(member, { from: step, to: step + 1, of: steps })),
  );
}

type Share = { readonly from: number; readonly to: number; readonly of: number };

/** Multiplied first: a quotient is rounded, and a view of less than all elements would lose the last one. */
function piece(values: Float32Array, { from, to, of }: Share): Float32Array {
  return values.subarray((values.length * from) / of, (values.length * to) / of);
}

function concatenate(pieces: readonly Float32Array[]): Float32Array {
  const [first] = pieces;
  if (first && pieces.length === 1) return first;
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Costs next to nothing for values that differ: it stops at the first that does, for good. */
function createConstant() {
  let value: number | null = null;
  let differs = false;
  return {
    look(values: Float32Array): void {
      if (differs || values.length === 0) return;
      value ??= values[0] ?? 0;
      const first = value;
      differs = values.some((other) => other !== first);
    },
    value: () => (differs ? null : value),
  };
}
