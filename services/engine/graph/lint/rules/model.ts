import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { undeclaredDomains } from '#engine/formats/onnx/opset-imports.ts';
import { tensorInts } from '#engine/formats/onnx/tensor.ts';
import { floatTypes } from '../element-type.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const modelRules = {
  Q08: {
    level: 'error',
    title: 'Operators are those of Q/DQ networks',
    check: ({ view }) =>
      view.graph.nodes.filter(isForeignQuantizer).map((node) => ({
        node,
        message: `${label(node)}${node.domain === '' ? '' : ` of ${node.domain}`} is an operator that TensorRT does not know.`,
        remedy:
          'Quantize with QuantizeLinear and DequantizeLinear of the standard domain (QDQ format, static), not with operators that compute in integers.',
      })),
  },
  Q24: {
    level: 'info',
    title: 'Every dimension is known',
    check: (subject) => [...openInputs(subject), ...bakedBatches(subject)],
  },
  Q30: {
    level: 'error',
    title: 'Every domain is imported',
    check: ({ model }) =>
      undeclaredDomains(model).map((domain) => ({
        node: model.graph.nodes.find((node) => node.domain === domain) ?? null,
        message: `The model has operators of the domain ${domain || 'ai.onnx'} and imports no opset of it: ONNX calls it invalid.`,
        remedy: 'Add the domain with its version to opset_import of the model.',
      })),
  },
  Q28: {
    level: 'warning',
    title: 'The IR version is one that tools know',
    check: ({ model }) =>
      model.irVersion > newestIr
        ? [
            {
              node: null,
              message: `The model is of IR version ${model.irVersion}; ModelOpt and TensorRT’s parser write and read up to ${newestIr}.`,
              remedy: `Save it with ir_version ${newestIr}.`,
            },
          ]
        : [],
  },
} as const satisfies Record<string, Rule>;

const newestIr = 10;

/** One that quantizes, and is no QuantizeLinear or DequantizeLinear of the standard domain. */
export function isForeignQuantizer({ op, domain }: OnnxNode): boolean {
  return isOperatorOriented(op) || (isQdqName(op) && domain !== '');
}

function isOperatorOriented(op: string): boolean {
  return /^(QLinear|QGemm$|QAttention$|ConvInteger$|MatMulInteger|DynamicQuantize)/.test(op);
}

function isQdqName(op: string): boolean {
  return op === 'QuantizeLinear' || op === 'DequantizeLinear';
}

function openInputs({ view }: Subject): readonly Complaint[] {
  return view.graph.inputs
    .filter(({ shape }) => shape === null || shape.some((size) => typeof size !== 'number'))
    .map(({ name, shape }) => ({
      node: null,
      tensor: name,
      message: `Graph input ${name} has the shape [${shape?.map((size) => size ?? '?').join(', ') ?? '?'}]: an engine needs a profile for it.`,
      remedy: 'Set --minShapes, --optShapes and --maxShapes to what you will run.',
    }));
}

/** A Reshape to nothing but numbers, in a network that leaves its batch open. */
function bakedBatches({ view, constants, typeOf }: Subject): readonly Complaint[] {
  if (!view.graph.inputs.some(({ shape }) => shape && typeof shape[0] !== 'number')) return [];
  return view.graph.nodes
    .filter(({ op }) => op === 'Reshape')
    .flatMap((node) => {
      const [data = '', to = ''] = node.inputs;
      const stored = constants.find(to);
      const shape = stored?.dtype === 'int64' ? tensorInts(stored) : [];
      const isFixed = shape.length > 1 && shape.every((size) => size > 0);
      if (!isFixed || constants.isConstant(data) || !floatTypes.has(typeOf(data))) return [];
      return [
        {
          node,
          message: `${label(node)} gives the fixed shape [${shape.join(', ')}], while the batch of the model is open.`,
          remedy: 'Export the network with a dynamic batch, or fix the batch of its inputs.',
        },
      ];
    });
}
