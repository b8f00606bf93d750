/**
 * Why something could not be done, as people and programs read it.
 * The table is the list of codes; `fault` says whose turn it is: an `input` failure will fail again until
 * the input changes (exit code 2, never retried), a `platform` failure may be retried (exit code 1).
 * `remedy` helps where whoever refuses knows nothing better.
 */
export const failureCodes = {
  NOT_A_MODEL: { fault: 'input', remedy: 'Give a file of torch.save(model.state_dict(), path) or torch.onnx.export.' },
  NOT_A_DATASET: { fault: 'input', remedy: 'Save the samples with numpy.savez(path, input=samples).' },
  CORRUPT_FILE: { fault: 'input', remedy: 'The file is damaged: copy, download or save it again.' },
  UNSAFE_FILE: { fault: 'input' },
  LIMIT_EXCEEDED: {
    fault: 'input',
    remedy: 'The limit is far above what trained networks need: look at how the file was made.',
  },
  UNSUPPORTED: { fault: 'input' },
  WRONG_BACKEND: { fault: 'input' },
  RECIPE_INVALID: { fault: 'input' },
  RULE_MATCHES_NOTHING: { fault: 'input' },
  CALIBRATION_MISSING: { fault: 'input' },
  CALIBRATION_MISMATCH: {
    fault: 'input',
    remedy:
      'The arrays of the .npz need the names, types and shapes of the graph’s inputs, with samples along the first dimension.',
  },
  GRAPH_MISSING: { fault: 'input' },
  GRAPH_MISMATCH: { fault: 'input' },
  OUT_OF_MEMORY: { fault: 'input' },
  OUT_OF_TIME: { fault: 'input' },
  OUT_OF_SCRATCH: { fault: 'input' },
  CRASHED: { fault: 'platform' },
  WORKER_LOST: { fault: 'platform' },
  INTERNAL: { fault: 'platform' },
} as const satisfies Record<string, CodeFacts>;

type CodeFacts = { readonly fault: 'input' | 'platform'; readonly remedy?: string };

export type FailureCode = keyof typeof failureCodes;

export type Failure = {
  readonly code: FailureCode;
  /** One sentence: what was wrong, where, with the numbers. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy?: string;
};

/** Thrown wherever bytes or words of a user turn out to be wrong; shown to that user as it is. `message` gets its full stop here, and stays one line of a length that can be read. */
export class InputError extends Error {
  readonly code: FailureCode;
  readonly remedy: string | undefined;

  constructor(code: FailureCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(oneLine(/[.!?]$/.test(message) ? message : `${message}.`), { cause: options.cause });
    this.name = 'InputError';
    this.code = code;
    const facts: CodeFacts = failureCodes[code];
    this.remedy = options.remedy ?? facts.remedy;
  }

  toFailure(): Failure {
    return { code: this.code, message: this.message, ...(this.remedy ? { remedy: this.remedy } : {}) };
  }
}

const longestMessage = 1_500;

/** Sentences quote names out of files, which may be of any length and hold control characters. */
function oneLine(message: string): string {
  const line = message.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
  if (line.length <= longestMessage) return line;
  return `${line.slice(0, longestMessage - 400)} … ${line.slice(-300)}`;
}
