import { widenFloat16 } from '#engine/kernels/kernels.ts';
import {
  type CalibratedDtype,
  type CalibratedRange,
  type CalibrationMethod,
  type Calibrator,
  createCalibrator,
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
        return batchesOf(parts.map(widened), { counts, steps }).every((batch) => {
          to.constant.look(batch);
          return collected(to.calibrator, batch);
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

function collected(calibrator: Calibrator, batch: Float32Array): boolean {
  try {
    calibrator.collect(batch);
    return true;
  } catch (error) {
    if (error instanceof RangeError && !batch.every(Number.isFinite)) return false;
    throw error;
  }
}

/** What a calibrator is given, one after the other. */
function batchesOf(
  parts: readonly Float32Array[],
  { counts, steps }: { readonly counts: readonly number[]; readonly steps: number | undefined },
): readonly Float32Array[] {
  const samples = counts.reduce((sum, count) => sum + count, 0);
  let before = 0;
  return counts.flatMap((count) => {
    const pieces = parts.map((part) => piece(part, { from: before, to: before + count, of: samples }));
    before += count;
    if (steps !== undefined) return byStep(pieces, steps);
    const [only] = pieces;
    return [pieces.length === 1 && only ? only : concatenate(pieces)];
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
