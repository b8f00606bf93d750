import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';
import { matchCompanion } from '#engine/companion/match-companion.ts';
import { readWeight } from '#engine/companion/read-weight.ts';
import { heldWeights } from '#engine/companion/weights/weight-source.ts';
import { heldTensors } from '#engine/formats/onnx/held-tensors.fixture.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import {
  type CompanionKind,
  companionKinds,
  type ExpectedQuantizer,
  expectedOf,
  type ParityNet,
  parityFile,
} from '#kit/parity-net.ts';
import { type ParityCase, recipeOf } from '../conformance/conformance.fixture.ts';
import { decideNetwork } from '../decide/decide-network.ts';
import { networkModules } from '../network/network-modules.ts';
import type { Amax, Buffers } from '../quantizer.ts';
import { type ExportedQuantizer, exportedQuantizers } from './exported-quantizer.ts';
import { type QdqGraph, qdqGraph } from './qdq-graph.ts';

export type ParityExport = QdqGraph & {
  readonly companion: Companion;
  readonly quantizers: readonly ExportedQuantizer[];
};

type Choice = {
  readonly given: ParityCase;
  readonly kind: CompanionKind;
  /** Quantizers to leave out by their names; absent: none. */
  readonly isLeft?: (quantizer: string) => boolean;
};

/** The Q/DQ graph of a case of test/fixtures/modelopt-nets, with the amax that the real ModelOpt found. */
export async function exportParity(
  net: ParityNet,
  { given, kind, isLeft = () => false }: Choice,
): Promise<ParityExport> {
  const { batchSize, cases } = await expectedOf(net);
  const recipe = recipeOf(net, given, batchSize);
  const file = parityFile(`${net}.pth`);
  const graph = parityFile(`${net}${companionKinds[kind]}`);
  const checkpoint = await openCheckpoint(file.path, file.name);
  try {
    const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
    const modules = networkModules(checkpoint, { companion, prefix: companion.prefix });
    const { decisions } = decideNetwork({ modules, companion }, recipe);
    const expected = cases[given] ?? { quantizers: {}, changed: [] };
    const quantizers = exportedQuantizers(
      decisions.flatMap((decided) => decided.quantizers),
      buffersIn(expected.quantizers),
    ).filter(({ name }) => !isLeft(name));
    const inputs = new Map(decisions.map(({ module }) => [module.name, module.inputs]));
    const made = await qdqGraph({
      companion,
      graphName: graph.name,
      quantizers,
      inputsOf: (module) => inputs.get(module) ?? [],
      changed: heldWeights(await smoothed(checkpoint, quantizers, expected.changed)),
      store: heldTensors,
      method: torchSettings(recipe).method,
    });
    return { ...made, companion, quantizers };
  } finally {
    await checkpoint.close();
  }
}

function buffersIn(quantizers: { readonly [name: string]: ExpectedQuantizer }): ReadonlyMap<string, Buffers> {
  return new Map(
    Object.entries(quantizers).flatMap(([name, quantizer]) => {
      if (!quantizer?.amax) return [];
      const { amax, preQuantScale } = quantizer;
      const buffers = {
        _amax: tensorOf(amax),
        ...(preQuantScale ? { _pre_quant_scale: tensorOf(preQuantScale) } : {}),
      };
      return [[name, buffers] as const];
    }),
  );
}

function tensorOf({ shape, bytes }: { readonly shape: readonly number[]; readonly bytes: string }): Amax {
  return { shape, values: new Float32Array(Uint8Array.from(Buffer.from(bytes, 'hex')).buffer) };
}

/** Weights that SmoothQuant divided by what inputs are multiplied with; `embed` ties that of `tok` to `decoder`’s. */
async function smoothed(
  checkpoint: Checkpoint,
  quantizers: readonly ExportedQuantizer[],
  changed: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const inputs = quantizers.filter(({ preScale }) => preScale !== null);
  const scaleOf = new Map(inputs.map(({ quantizer: { module }, preScale }) => [module, preScale]));
  const weights = new Map<string, Float32Array>();
  for (const tensor of checkpoint.tensors.filter(({ name }) => changed.includes(name))) {
    const module = tensor.name.replace(/\.weight$/, '');
    const scales = scaleOf.get(module === 'tok' ? 'decoder' : module);
    const values = await readWeight(checkpoint, tensor);
    if (scales)
      weights.set(
        tensor.name,
        values.map((value, i) => value / (scales[i % scales.length] ?? 1)),
      );
  }
  return weights;
}
