import { InputError } from '#contract/failure.ts';
import type { OnnxGraph, OnnxNode, OnnxPort } from '../model.ts';
import { tensorsRead } from '../sort-nodes.ts';
import { limits } from './limits.ts';

/** Every tensor is made exactly once, every tensor that is read is made, every port has a sensible shape. */
export function checkGraph(graph: OnnxGraph, name: string): void {
  if (graph.nodes.length === 0) throw corrupt(`The graph of ${name} has no nodes.`);
  if (graph.nodes.length > limits.nodes) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `The graph of ${name} has ${graph.nodes.length} nodes; the limit is ${limits.nodes}.`,
    );
  }
  if (graph.outputs.length === 0) throw corrupt(`The graph of ${name} has no outputs.`);
  if ((graph.rest.sparseInitializer ?? []).length > 0) {
    throw new InputError('UNSUPPORTED', `${name} keeps weights in sparse form, which is not supported.`, {
      remedy: 'Save the network with dense weights.',
    });
  }
  const made = checkMadeOnce(graph, name);
  for (const node of graph.nodes) checkNode(node, made, name);
  for (const output of graph.outputs) {
    if (!made.has(output.name)) throw corrupt(`Nothing in ${name} makes its output ${output.name}.`);
  }
  for (const port of [...graph.inputs, ...graph.outputs]) checkPort(port, name);
}

function checkMadeOnce(graph: OnnxGraph, name: string): ReadonlySet<string> {
  const made = new Set<string>();
  const add = (tensor: string, maker: string) => {
    if (tensor.length > limits.nameLength)
      throw new InputError('LIMIT_EXCEEDED', `A tensor of ${name} has a name of ${tensor.length} characters.`);
    // The reader puts U+FFFD where bytes are no UTF-8: two different names could have become one.
    if (tensor.includes('\uFFFD'))
      throw corrupt(`${name} has the tensor name ${JSON.stringify(tensor)}, which is not UTF-8.`);
    if (made.has(tensor)) throw corrupt(`Tensor ${tensor} of ${name} is made twice, the second time by ${maker}.`);
    made.add(tensor);
  };
  for (const tensor of graph.initializers) add(tensor.name, 'an initializer');
  for (const port of graph.inputs) add(port.name, 'a graph input');
  for (const node of graph.nodes)
    for (const output of node.outputs) if (output !== '') add(output, `${node.op} ${node.name}`);
  return made;
}

function checkNode(node: OnnxNode, made: ReadonlySet<string>, name: string): void {
  const missing = tensorsRead(node).find((tensor) => !made.has(tensor));
  if (missing !== undefined) throw corrupt(`${node.op} ${node.name} of ${name} reads ${missing}, which nothing makes.`);
  const attributes = node.attributes.map((attribute) => attribute.name);
  const twice = attributes.find((attribute, index) => attributes.indexOf(attribute) !== index);
  if (twice) throw corrupt(`${node.op} ${node.name} of ${name} has the attribute ${twice} twice.`);
}

function checkPort(port: OnnxPort, name: string): void {
  if (!port.proto.type?.tensorType && port.proto.type?.value) {
    throw new InputError(
      'UNSUPPORTED',
      `${port.name} of ${name} is a ${port.proto.type.value}; only tensors can be graph inputs and outputs.`,
    );
  }
  for (const dimension of port.shape ?? []) {
    if (typeof dimension === 'number' && (dimension < 0 || dimension > limits.dimension)) {
      throw corrupt(
        `${port.name} of ${name} has the shape [${port.shape?.join(', ')}]; a dimension is 0 to ${limits.dimension}.`,
      );
    }
  }
}

function corrupt(message: string): InputError {
  return new InputError('CORRUPT_FILE', message);
}
