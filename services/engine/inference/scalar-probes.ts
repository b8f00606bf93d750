import { InputError } from '#contract/failure.ts';
import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { float16ToNumber } from '#engine/numerics/float16.ts';
import { type Probe, shallowestFirst, withOutputs, withProbes } from './probe.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { storedFloats, type TensorValue } from './tensor-value.ts';

/** A session over a graph of which one number for each probe leaves the runtime. */
export type ScalarProbes = Pick<Session, 'warnings' | 'close'> & {
  /** By the names of the probes' outputs; none of a probe whose output has no element. */
  run(feeds: ReadonlyMap<string, TensorValue>): Promise<ReadonlyMap<string, number>>;
};

/**
 * Each output costs a run some microseconds, which in a small network is more than the operators; so the numbers come as
 * one tensor, where they are of one type. `probes` make a float scalar each. Errors: those of `openSession`.
 */
export async function openScalarProbes(
  model: OnnxModel,
  probes: readonly Probe[],
  options: SessionOptions,
): Promise<ScalarProbes> {
  // What an accelerator makes of sequences is its own affair.
  const joined = options.device === 'cpu' ? await openJoined(model, probes, options) : null;
  return joined ?? scalarsOf(await openSession(withProbes(model, probes), options), readEach);
}

/** Null if the runtime refuses that: the types differ, or the graph is at fault, which is then told without this. */
async function openJoined(
  model: OnnxModel,
  probes: readonly Probe[],
  options: SessionOptions,
): Promise<ScalarProbes | null> {
  // The runtime goes through what a node reads in order.
  const names = shallowestFirst(model, probes).map(({ node }) => node.outputs[0] ?? '');
  const graph = withProbes(model, probes).graph;
  const nodes = [...graph.nodes, ...joining(names)];
  const session = await openSession(withOutputs({ ...model, graph: { ...graph, nodes } }, [joinedName]), options).catch(
    (error: unknown) => {
      if (error instanceof InputError && error.code === 'NOT_A_MODEL') return null;
      throw error;
    },
  );
  return (
    session &&
    scalarsOf(session, (values) => {
      const scalars = numbers(values.get(joinedName));
      return new Map(names.flatMap((name, i) => (scalars[i] === undefined ? [] : [[name, scalars[i]] as const])));
    })
  );
}

const joinedName = 'zeropoint/joined';

/** Scalars [] each -> one tensor [scalars], in their order. */
function joining(names: readonly string[]): readonly OnnxNode[] {
  const rest = { domain: '', attributes: [], rest: {} };
  const sequence = 'zeropoint/sequence';
  const stacked = [makeInt('axis', 0), makeInt('new_axis', 1)];
  return [
    { ...rest, name: sequence, op: 'SequenceConstruct', inputs: names, outputs: [sequence] },
    {
      ...rest,
      name: joinedName,
      op: 'ConcatFromSequence',
      inputs: [sequence],
      outputs: [joinedName],
      attributes: stacked,
    },
  ];
}

type Read = (values: ReadonlyMap<string, TensorValue>) => ReadonlyMap<string, number>;

function scalarsOf(session: Session, read: Read): ScalarProbes {
  return {
    warnings: session.warnings,
    run: async (feeds) => read(await session.run(feeds, session.outputNames)),
    close: () => session.close(),
  };
}

const readEach: Read = (values) =>
  new Map([...values].flatMap(([name, value]) => [...numbers(value)].slice(0, 1).map((x) => [name, x] as const)));

function numbers(value: TensorValue | undefined): ArrayLike<number> & Iterable<number> {
  if (!value || value.bytes.length === 0) return [];
  const stored = storedFloats(value);
  return stored instanceof Uint16Array ? Array.from(stored, float16ToNumber) : stored;
}
