import { findAttribute, intAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { moveToInputs } from './attributes-to-inputs.ts';
import { type Converted, type OpsetChange, same, withoutAttributes } from './change.ts';
import { groupNormOfChannels } from './group-norm.ts';
import {
  gridSampleModes,
  resizeOfNamedCoordinates,
  resizeWithChoices,
  roiAlignCoordinates,
  upsampleToResize,
} from './resize.ts';
import { softmaxOverOneAxis } from './softmax.ts';

const axes = [{ attribute: 'axes', kind: 'ints', at: 1 }] as const;

/**
 * Operators whose meaning or form changed between opset 7 and 23, in the order of the changes; all others mean the
 * same in both. Sources: onnx/docs/Changelog.md, onnx/version_converter/convert.h.
 */
export const opsetChanges: readonly OpsetChange[] = [
  { ops: ['Upsample'], since: 9, convert: moveToInputs([{ attribute: 'scales', kind: 'floats', at: 1 }]) },
  { ops: ['BatchNormalization'], since: 9, convert: dropSpatial },
  { ops: ['Scan'], since: 9, convert: () => 'its batches became a dimension like others' },
  { ops: ['Upsample'], since: 10, convert: upsampleToResize },
  {
    ops: ['Slice'],
    since: 10,
    convert: moveToInputs([
      { attribute: 'starts', kind: 'ints', at: 1 },
      { attribute: 'ends', kind: 'ints', at: 2 },
      { attribute: 'axes', kind: 'ints', at: 3 },
    ]),
  },
  { ops: ['TopK'], since: 10, convert: moveToInputs([{ attribute: 'k', kind: 'int', at: 1 }]) },
  { ops: ['Resize'], since: 11, convert: resizeWithChoices },
  {
    ops: ['Clip'],
    since: 11,
    convert: moveToInputs([
      { attribute: 'min', kind: 'float', at: 1 },
      { attribute: 'max', kind: 'float', at: 2 },
    ]),
  },
  {
    ops: ['Pad'],
    since: 11,
    convert: moveToInputs([
      { attribute: 'pads', kind: 'ints', at: 1 },
      { attribute: 'value', kind: 'float', at: 2 },
    ]),
  },
  { ops: ['Scatter'], since: 11, convert: (node) => same({ ...node, op: 'ScatterElements' }) },
  { ops: ['Dropout'], since: 12, convert: moveToInputs([{ attribute: 'ratio', kind: 'float', at: 1 }]) },
  { ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'], since: 13, convert: moveToInputs(axes) },
  { ops: ['Split'], since: 13, convert: moveToInputs([{ attribute: 'split', kind: 'ints', at: 1 }]) },
  { ops: ['Softmax', 'LogSoftmax', 'Hardmax'], since: 13, convert: softmaxOverOneAxis },
  { ops: ['Resize'], since: 13, convert: resizeOfNamedCoordinates },
  { ops: ['BatchNormalization'], since: 14, convert: refuseTraining },
  { ops: ['RoiAlign'], since: 16, convert: roiAlignCoordinates },
  {
    ops: [
      'ReduceMax',
      'ReduceMin',
      'ReduceMean',
      'ReduceProd',
      'ReduceL1',
      'ReduceL2',
      'ReduceLogSum',
      'ReduceLogSumExp',
      'ReduceSumSquare',
    ],
    since: 18,
    convert: moveToInputs(axes),
  },
  {
    ops: ['Split'],
    since: 18,
    convert: (node) =>
      same(node.inputs.length > 1 ? node : withAttribute(node, makeInt('num_outputs', node.outputs.length))),
  },
  { ops: ['DFT'], since: 20, convert: axisToInput },
  { ops: ['GridSample'], since: 20, convert: gridSampleModes },
  { ops: ['GroupNormalization'], since: 21, convert: groupNormOfChannels },
];

function dropSpatial(node: OnnxNode): Converted {
  return intAttribute(node, 'spatial', 1) === 1
    ? same(withoutAttributes(node, ['spatial']))
    : 'it has statistics for each position (spatial 0)';
}

function refuseTraining(node: OnnxNode): Converted {
  return node.outputs.filter((output) => output !== '').length > 1
    ? 'it is in training form, with several outputs'
    : same(node);
}

/** The default moved from 1 to −2 with it. */
function axisToInput(node: OnnxNode, context: Parameters<OpsetChange['convert']>[1]): Converted {
  const said = findAttribute(node, 'axis') ? node : withAttribute(node, makeInt('axis', 1));
  return moveToInputs([{ attribute: 'axis', kind: 'int', at: 2 }])(said, context);
}
