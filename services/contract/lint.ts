export type LintLevel = 'error' | 'warning' | 'info';

/** What keeps a quantized ONNX model from a good TensorRT engine, at one node or at several of the same kind. */
export type LintFinding = {
  /** As in docs/command-line.md: Q01 … Q30. */
  readonly rule: string;
  readonly level: LintLevel;
  /** The node, or the first of them; '' where the model as a whole is meant. */
  readonly node: string;
  readonly tensor?: string;
  readonly message: string;
  readonly remedy: string;
  /** How many nodes the same is to be said of, `node` included. */
  readonly count: number;
  /** The next few of them. */
  readonly others: readonly string[];
};

/** TensorRT readiness of an ONNX model. */
export type LintReport = {
  /** Errors first; bounded, because equal findings are counted and not repeated. */
  readonly findings: readonly LintFinding[];
  /** Findings by level, a finding at five nodes being five. */
  readonly counts: { readonly errors: number; readonly warnings: number; readonly infos: number };
  /** DequantizeLinear nodes: 0 for a model that is not quantized. */
  readonly pairs: number;
  /** The command that builds an engine. */
  readonly trtexec: string;
  /** Which TensorRT it is for, and what in it is a guess. */
  readonly trtexecNote: string;
};
