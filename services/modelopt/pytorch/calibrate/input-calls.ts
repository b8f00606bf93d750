import type { Companion, RecurrentSite } from '#engine/companion/companion.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { type StepInputs, withRecurrentStates } from '#engine/graph/recurrent-states.ts';
import type { ModuleDecision } from '../decide/decide-quantizers.ts';
import type { NetworkModule } from '../network/network-modules.ts';
import { recurrentLayer } from '../network/recurrent-layer.ts';
import { type Quantizer, quantizerName } from '../quantizer.ts';

/** An enabled input quantizer with the tensors that it sees, in the order of the calls. */
export type InputCalls = {
  readonly quantizer: Quantizer;
  readonly name: string;
  readonly module: NetworkModule;
  readonly tensors: readonly string[];
  /** The tensors are of steps, which the module takes one by one. */
  readonly isStepwise: boolean;
};

export type CallsInGraph = {
  /** The companion's graph, with what recurrent layers are called with. */
  readonly model: OnnxModel;
  readonly inputs: readonly InputCalls[];
  /** Recurrent modules that are told how long each sequence is. */
  readonly padded: readonly string[];
};

/** What every enabled input quantizer is called with. Those of recurrent layers see x and the states before, step by step. */
export function inputCalls(
  { graph, recurrent }: Pick<Companion, 'graph' | 'recurrent'>,
  decisions: readonly ModuleDecision[],
): CallsInGraph {
  const enabled = decisions.flatMap(({ module, quantizers }) =>
    quantizers
      .filter(({ role, isEnabled }) => role === 'input' && isEnabled)
      .map((quantizer) => ({ quantizer, name: quantizerName(quantizer), module })),
  );
  const recurrentModules = new Set(
    enabled.filter(({ quantizer }) => recurrentLayer(quantizer)).map(({ module }) => module.name),
  );
  const sites = recurrent.filter(({ module }) => recurrentModules.has(module));
  const { model, inputs } = withRecurrentStates(
    graph,
    sites.map(({ node }) => node),
  );
  const stepsOf = ({ module, attribute }: Quantizer): readonly StepInputs[] => {
    const wanted = recurrentLayer({ attribute });
    const own = sites.filter((site) => site.module === module && site.layer === wanted?.layer);
    return own.flatMap(({ node }) => inputs.filter((one) => one.node === node && one.direction === wanted?.direction));
  };
  const isPadded = ({ node }: RecurrentSite) => Boolean(graph.graph.nodes[node]?.inputs[sequenceLengths]);
  return {
    model,
    padded: [...new Set(sites.filter(isPadded).map(({ module }) => module))],
    inputs: enabled.map(({ quantizer, ...rest }): InputCalls => {
      if (!recurrentLayer(quantizer)) {
        const tensors = [...new Set(rest.module.inputs.map(({ tensor }) => tensor))];
        return { ...rest, quantizer, tensors, isStepwise: false };
      }
      const calls = stepsOf(quantizer);
      // Steps of several calls may be of different numbers: each call is then seen as a whole.
      return { ...rest, quantizer, tensors: calls.flatMap(({ tensors }) => tensors), isStepwise: calls.length === 1 };
    }),
  };
}

/** Which input of LSTM, GRU and RNN says how long each sequence is. */
const sequenceLengths = 4;
