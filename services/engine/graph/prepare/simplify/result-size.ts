import { elementCount } from '#engine/formats/element-count.ts';
import { intAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorInts } from '#engine/formats/onnx/tensor.ts';

/** At most how many elements a node makes of constants. null: it is not computed beforehand. */
export function resultSize(node: OnnxNode, inputs: readonly OnnxTensor[]): number | null {
  if (node.domain !== '') return null;
  return rules.get(node.op)?.(inputs, node) ?? null;
}

type Rule = (inputs: readonly OnnxTensor[], node: OnnxNode) => number | null;

const sum: Rule = (inputs) => inputs.reduce((all, { shape }) => all + elementCount(shape), 0);

/** The largest size of each dimension, from the last on. */
const broadcast: Rule = (inputs) => elementCount(broadcastShape(inputs.map(({ shape }) => shape)));

/** What `of` names the dimensions of: the values of an input. */
const valued =
  (index: number, size: (values: readonly number[], inputs: readonly OnnxTensor[]) => number): Rule =>
  (inputs) => {
    const tensor = inputs[index];
    if (!tensor || (tensor.dtype !== 'int64' && tensor.dtype !== 'int32') || elementCount(tensor.shape) > 64)
      return null;
    return size(tensorInts(tensor), inputs);
  };

const shapeOf = (inputs: readonly OnnxTensor[]) => inputs[0]?.shape ?? [];

/** One slice of the data for each index. */
function gathered([data, indices]: readonly OnnxTensor[], node: OnnxNode): number | null {
  if (!data || !indices) return null;
  const axis = intAttribute(node, 'axis', 0);
  return (elementCount(data.shape) / Math.max(1, data.shape.at(axis) ?? 1)) * elementCount(indices.shape);
}

const rules = new Map<string, Rule>([
  ...entries(
    sum,
    'Reshape Transpose Squeeze Unsqueeze Slice Split Flatten Shape Size Concat Cast Not Neg Abs Sqrt Exp Log',
  ),
  ...entries(
    sum,
    'Floor Ceil Round Reciprocal Sign Erf Sigmoid Tanh Relu Clip ReduceSum ReduceMean ReduceMax ReduceMin',
  ),
  ...entries(sum, 'ReduceProd ReduceL2 ArgMax ArgMin CumSum Identity Softmax'),
  ...entries(
    broadcast,
    'Add Sub Mul Div Pow Mod Min Max Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Where',
  ),
  ...entries(gathered, 'Gather'),
  ...entries(
    valued(0, (values) => elementCount(values)),
    'ConstantOfShape',
  ),
  ...entries(
    valued(1, (values, inputs) => elementCount(broadcastShape([shapeOf(inputs), values]))),
    'Expand',
  ),
  ...entries(
    valued(1, (values, inputs) => elementCount(shapeOf(inputs)) * elementCount(values)),
    'Tile',
  ),
  ...entries((inputs) => {
    const [start, limit, step] = inputs.map((tensor) => (tensor.dtype === 'int64' ? tensorInts(tensor)[0] : undefined));
    return start === undefined || limit === undefined || !step ? null : Math.max(0, Math.ceil((limit - start) / step));
  }, 'Range'),
]);

function entries(rule: Rule, ops: string): readonly (readonly [string, Rule])[] {
  return ops.split(' ').map((op) => [op, rule]);
}

function broadcastShape(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)),
  );
}
