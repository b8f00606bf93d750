/**
 * A recipe: what TAO Quant calls the `quantize:` section, with TAO's own keys and words, so that a team's
 * existing YAML is a recipe as it stands. The same object is the YAML, the JSON in Postgres and the type here.
 */
export const backendIds = ['torchao', 'modelopt.pytorch', 'modelopt.onnx'] as const;
export type BackendId = (typeof backendIds)[number];

export const modes = ['weight_only_ptq', 'static_ptq'] as const;
export type Mode = (typeof modes)[number];

export const algorithms = ['minmax', 'max', 'entropy', 'percentile', 'mse', 'smoothquant'] as const;
export type Algorithm = (typeof algorithms)[number];

/** `native` leaves the tensor as it is. */
export const dtypes = ['int8', 'fp8_e4m3fn', 'fp8_e5m2', 'native'] as const;
export type QuantDtype = (typeof dtypes)[number];

export type TensorRule = {
  readonly dtype: QuantDtype;
  /** The axis that keeps a scale each; null: one scale for the tensor; absent: the backend's default. */
  readonly quant_axis?: number | null;
  /** Neighbours along the last axis that share a scale. */
  readonly group_size?: number;
};

/** Applies to every layer whose qualified name, else class name, matches `module_name` (fnmatch; `*` crosses dots). Later rules win. */
export type LayerRule = {
  readonly module_name: string;
  readonly weights: TensorRule | null;
  readonly activations: TensorRule | null;
};

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type Recipe = {
  readonly backend: BackendId;
  readonly mode: Mode;
  /** null where the mode has nothing to calibrate. */
  readonly algorithm: Algorithm | null;
  /** Empty: everything the backend can quantize. */
  readonly layers: readonly LayerRule[];
  /** fnmatch patterns that win over every rule. */
  readonly skip_names: readonly string[];
  readonly device: string;
  /** Options by the names the real tool gives them. */
  readonly backend_kwargs: { readonly [key: string]: JsonValue };
};
