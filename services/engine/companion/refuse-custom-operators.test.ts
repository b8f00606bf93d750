import { expect, test } from 'vitest';
import { smallModel } from '../graph/small-graph.fixture.ts';
import { refuseCustomOperators } from './refuse-custom-operators.ts';

const withDomain = (domain: string) => {
  const model = smallModel({ nodes: [{ op: 'Magic', in: ['x'], out: 'y' }], outputs: ['y'] });
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.map((node) => ({ ...node, domain })) } };
};

test('a companion with operators of a library is refused, naming their domain', () => {
  expect(() => refuseCustomOperators(withDomain('acme'), 'net.onnx')).toThrow(
    'net.onnx needs operators of the domain acme, which only a library of its own provides',
  );
  expect(() => refuseCustomOperators(withDomain('com.microsoft'), 'net.onnx')).not.toThrow();
});
