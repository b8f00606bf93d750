const elsewhere = 'where the run takes place is the device setting’s to say';
const noFiles = 'a run writes its results, its log and nothing else';

/** Parameters of ModelOpt’s `quantize` that a recipe may hold and that have no effect here, with why. */
export const modeloptOnnxIdle: Readonly<Record<string, string>> = {
  calibration_eps: elsewhere,
  execution_providers: elsewhere,
  log_level: noFiles,
  log_file: noFiles,
  keep_intermediate_files: noFiles,
};

const int4 = 'it belongs to INT4, which is not offered; leave it out.';
const autotune = 'autotuning needs TensorRT at hand; leave it out.';
const plugins =
  'plugins are programs, which are never run here; operators that ONNX Runtime lacks are kept as they are.';
const upload = 'the file comes with the run, as its model or its calibration set.';

/** Parameters of ModelOpt’s `quantize` that are refused, with what to do instead. */
export const modeloptOnnxRefused: Readonly<Record<string, string>> = {
  block_size: int4,
  use_zero_point: int4,
  gather_block_size: int4,
  gather_quantize_axis: int4,
  layers_8bit: int4,
  enable_mixed_quant: int4,
  awqlite_alpha_step: int4,
  awqclip_alpha_step: int4,
  awqclip_alpha_min: int4,
  awqclip_bsz_col: int4,
  autotune,
  trt_plugins: plugins,
  trt_plugins_precision: plugins,
  input_shapes_profile: 'profiles are TensorRT’s; the lint prints a trtexec line with one.',
  onnx_path: upload,
  output_path: upload,
  calibration_data: upload,
  calibration_data_reader: upload,
  calibration_cache_path:
    'scales of a TensorRT cache cannot be checked against the data; give the calibration set itself.',
  calibration_method: 'it is the recipe’s algorithm: max, entropy, percentile or mse.',
  model_id: 'models are never fetched here; leave it out.',
  trust_remote_code: 'code of a model is never run here; leave it out.',
};
