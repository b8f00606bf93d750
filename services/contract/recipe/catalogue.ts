import type { ModelInspection } from '../inspection.ts';
import { modeloptOnnxOptions } from './modelopt-onnx-options.ts';
import { modeloptOnnxIdle, modeloptOnnxRefused } from './modelopt-onnx-other-options.ts';
import { modeloptPytorchOptions } from './modelopt-pytorch-options.ts';
import type { OptionCard } from './option-card.ts';
import type { Algorithm, BackendId, Mode, QuantDtype, Recipe } from './recipe.ts';
import { torchaoOptions } from './torchao-options.ts';

/** What each backend is and takes, in words for people and in lists for validation. */
export type BackendCard = {
  readonly id: BackendId;
  readonly title: string;
  /** What it reads, in words. */
  readonly input: string;
  /** The same, as an inspection says it. */
  readonly formats: readonly ModelInspection['format'][];
  readonly output: string;
  readonly bestFor: string;
  readonly tensorrt: 'yes' | 'partly' | 'no';
  readonly activations: 'stay as they are' | 'quantized';
  readonly needs: readonly string[];
  readonly limits: readonly string[];
  readonly modes: readonly Mode[];
  readonly algorithms: readonly Algorithm[];
  readonly weights: readonly QuantDtype[];
  readonly activationDtypes: readonly QuantDtype[];
  /** Dtypes that are taken as well where the option compat says so. */
  readonly compatDtypes?: Readonly<Record<string, readonly QuantDtype[]>>;
  /** Keys of `backend_kwargs`. */
  readonly kwargs: Readonly<Record<string, OptionCard>>;
  /** Options of the real tool that a recipe may hold and that have no effect here, with why. */
  readonly idleKwargs: Readonly<Record<string, string>>;
  /** Options of the real tool that are refused, with what to do instead. */
  readonly refusedKwargs: Readonly<Record<string, string>>;
  readonly preset: Recipe;
};

const emptyRules = { layers: [], skip_names: [], device: 'cpu', backend_kwargs: {} } as const;

export const catalogue = {
  torchao: {
    id: 'torchao',
    title: 'torchao',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    output: 'quantized_model_torchao.pth',
    bestFor: 'A first experiment: does this model survive quantization at all?',
    tensorrt: 'no',
    activations: 'stay as they are',
    needs: ['A checkpoint'],
    limits: [
      'Only the weights get smaller; activations are computed as before.',
      'The gain in speed is modest and depends on the kernels at hand.',
      'It does not lead to a TensorRT engine.',
    ],
    modes: ['weight_only_ptq'],
    algorithms: [],
    weights: ['int8', 'fp8_e4m3fn', 'fp8_e5m2', 'native'],
    activationDtypes: ['native'],
    kwargs: torchaoOptions,
    idleKwargs: {},
    refusedKwargs: {},
    preset: { backend: 'torchao', mode: 'weight_only_ptq', algorithm: null, ...emptyRules },
  },
  'modelopt.pytorch': {
    id: 'modelopt.pytorch',
    title: 'ModelOpt, PyTorch',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    output: 'quantized_model_modelopt.pytorch.pth',
    bestFor:
      'A prototype: weights and activations, layer by layer, with the accuracy known before anything is exported.',
    tensorrt: 'partly',
    activations: 'quantized',
    needs: [
      'A checkpoint',
      'For activations an ONNX export of the same network as companion graph, and calibration data; weights alone need neither',
    ],
    limits: [
      'Quantization is simulated: it shows accuracy and scales, not speed.',
      'The file keeps float weights and does not shrink, unless you ask for compressed ones.',
    ],
    modes: ['static_ptq', 'weight_only_ptq'],
    algorithms: ['minmax', 'max', 'entropy', 'percentile', 'mse', 'smoothquant'],
    weights: ['int8', 'fp8_e4m3fn', 'native'],
    activationDtypes: ['int8', 'fp8_e4m3fn', 'native'],
    compatDtypes: { tao: ['fp8_e5m2'] },
    kwargs: modeloptPytorchOptions,
    idleKwargs: {},
    refusedKwargs: {},
    preset: { backend: 'modelopt.pytorch', mode: 'static_ptq', algorithm: 'minmax', ...emptyRules },
  },
  'modelopt.onnx': {
    id: 'modelopt.onnx',
    title: 'ModelOpt, ONNX',
    input: '.onnx',
    formats: ['onnx'],
    output: 'quantized_model.onnx',
    bestFor: 'Production on TensorRT: a Q/DQ model that builds a strongly typed engine.',
    tensorrt: 'yes',
    activations: 'quantized',
    needs: ['An exported ONNX model', 'Calibration data'],
    limits: [
      'The model has to be exported first; check the export’s own accuracy before quantizing it.',
      'A model is quantized in one mode, INT8 or FP8, and what is left is computed in half precision unless you say otherwise.',
    ],
    modes: ['static_ptq'],
    algorithms: ['max', 'minmax', 'entropy', 'percentile', 'mse'],
    weights: ['int8', 'fp8_e4m3fn', 'native'],
    activationDtypes: ['int8', 'fp8_e4m3fn', 'native'],
    kwargs: modeloptOnnxOptions,
    idleKwargs: modeloptOnnxIdle,
    refusedKwargs: modeloptOnnxRefused,
    preset: { backend: 'modelopt.onnx', mode: 'static_ptq', algorithm: 'max', ...emptyRules },
  },
} as const satisfies { [Id in BackendId]: BackendCard & { id: Id } };

export const backendCard = (id: BackendId): BackendCard => catalogue[id];
