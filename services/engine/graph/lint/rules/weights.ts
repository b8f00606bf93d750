import { fourBitTypes } from '../element-type.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { weightAmax } from '../weight-amax.ts';
import { outputAxis, type Weighted } from '../weighted.ts';
import { quantizedBiases } from './bias.ts';

export const weightRules = {
  Q06: {
    level: 'error',
    title: 'Scales of weights lie along their output channels',
    check: ({ weighted }) => weighted.flatMap(axis),
  },
  Q07: {
    level: 'error',
    title: 'Biases are floating point',
    check: quantizedBiases,
  },
  Q13: {
    level: 'warning',
    title: 'Weight and activation are quantized together',
    check: ({ weighted }) => weighted.flatMap(oneSided),
  },
  Q19: {
    level: 'info',
    title: 'FP8 weights use the range of FP8',
    check: ({ weighted }) => weighted.flatMap(float8Range),
  },
  Q23: {
    level: 'warning',
    title: 'Every weight is quantized for one operator',
    check: sharedWeights,
  },
  Q26: {
    level: 'warning',
    title: 'No channel of a quantized weight is all zeros',
    check: ({ weighted }) => weighted.flatMap(zeroChannels),
  },
} as const satisfies Record<string, Rule>;

function axis(one: Weighted): readonly Complaint[] {
  const { node, weight } = one;
  const right = outputAxis(one);
  if (weight.axis === null || weight.axis === undefined || right === null || weight.axis === right) return [];
  return [
    {
      node,
      tensor: weight.stored?.name ?? weight.tensor,
      message: `The weight of ${label(node)}, of shape [${weight.shape?.join(', ')}], has its scales along axis ${weight.axis}; its output channels are axis ${right}.`,
      remedy: 'Quantize it along its output channels, or with one scale for the tensor.',
    },
  ];
}

function oneSided({ node, activation, weight }: Weighted): readonly Complaint[] {
  const isWeightOnly = weight.dq && (fourBitTypes.has(weight.dq.type) || (weight.dq.scale?.shape.length ?? 0) > 1);
  if (!weight.dq === !activation.dq || isWeightOnly) return [];
  const [quantized, float] = weight.dq ? ['weight', 'activation'] : ['activation', 'weight'];
  return [
    {
      node,
      message: `${label(node)} has a quantized ${quantized} and a floating-point ${float}: it computes in floating point.`,
      remedy: 'Quantize both inputs of an operator, or neither.',
    },
  ];
}

/** amax/scale of an FP8 weight in ModelOpt’s ONNX convention, 127²/448, and with the whole range. */
const conventions = { modelopt: 127 ** 2 / 448, full: 448 } as const;

function float8Range(one: Weighted): readonly Complaint[] {
  const { node, weight } = one;
  const channels = weight.dq?.type === 'float8_e4m3fn' ? weightAmax(weight) : null;
  const used = channels?.reduce((most, { amax, scale }) => Math.max(most, amax / scale), 0) ?? 0;
  if (used === 0 || near(used, conventions.full)) return [];
  const tensor = weight.stored?.name ?? weight.tensor;
  const range = `The weight of ${label(node)} uses ±${used.toPrecision(3)} of the ±448 of FP8`;
  if (near(used, conventions.modelopt)) {
    return [
      {
        node,
        tensor,
        message: `${range}, as ModelOpt’s ONNX scales do.`,
        remedy: 'Nothing is wrong; scales of amax/448 would use the whole range.',
      },
    ];
  }
  return [
    {
      node,
      tensor,
      message: `${range}.`,
      remedy: 'Check its scale: amax/448 uses the whole range, and ModelOpt’s ONNX convention ±36.',
    },
  ];
}

function near(value: number, wanted: number): boolean {
  return Math.abs(value / wanted - 1) < 0.02;
}

function sharedWeights({ weighted }: Subject): readonly Complaint[] {
  const users = new Map<string, Weighted[]>();
  for (const one of weighted) {
    const name = one.weight.dq ? one.weight.stored?.name : undefined;
    if (name !== undefined) users.set(name, [...(users.get(name) ?? []), one]);
  }
  return [...users].flatMap(([name, [first, ...others]]) => {
    if (!first || others.length === 0) return [];
    const names = [first, ...others].slice(0, 4).map(({ node }) => label(node));
    return [
      {
        node: first.node,
        tensor: name,
        message: `${others.length + 1} operators share the quantized weight ${name}: ${names.join(', ')}${others.length > 3 ? ' …' : ''}.`,
        remedy: 'Give each its own copy of the weight, as ModelOpt does.',
      },
    ];
  });
}

function zeroChannels({ node, weight }: Weighted): readonly Complaint[] {
  const channels = weight.dq ? weightAmax(weight) : null;
  const zeros = channels?.filter(({ amax }) => amax === 0).length ?? 0;
  if (!channels || zeros === 0) return [];
  return [
    {
      node,
      tensor: weight.stored?.name ?? weight.tensor,
      message: `${zeros} of ${channels.length} ${channels.length > 1 ? 'channels' : 'tensors'} of the weight of ${label(node)} are all zeros.`,
      remedy: 'Their scale means nothing; prune the channels, or check the checkpoint.',
    },
  ];
}
