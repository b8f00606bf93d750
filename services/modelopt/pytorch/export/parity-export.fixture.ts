import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';
import { matchCompanion } from '#engine/companion/match-companion.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import {
  type CompanionKind,
  companionKinds,
  type ExpectedQuantizer,
  expectedOf,
  type ParityNet,
  parityFile,
} from '#kit/parity-net.ts';
import { type ParityCase, recipeOf } from '../conformance.fixture.ts';
import { decideNetwork } from '../decide-network.ts';
import { networkModules } from '../network-modules.ts';
import type { Amax, Buffers } from '../quantizer.ts';
import { type ExportedQuantizer, exportedQuantizers } from './exported-quantizer.ts';
import { type QdqGraph, qdqGraph } from './qdq-graph.ts';

export type ParityExport = QdqGraph & {
  readonly companion: Companion;
  readonly quantizers: readonly ExportedQuantizer[];
};

/** The Q/DQ graph of a case of test/fixtures/modelopt-nets, with the amax that the real ModelOpt found. */
export async function exportParity(net: ParityNet, given: ParityCase, kind: CompanionKind): Promise<ParityExport> {
  const { batchSize, cases } = await expectedOf(net);
  const recipe = recipeOf(net, given, batchSize);
  const file = parityFile(`${net}.pth`);
  const graph = parityFile(`${net}${companionKinds[kind]}`);
  const checkpoint = await openCheckpoint(file.path, file.name);
  try {
    const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
    const modules = networkModules(checkpoint, { companion, prefix: companion.prefix });
    const { decisions } = decideNetwork({ modules, companion }, recipe);
    const buffersOf = buffersIn(cases[given]?.quantizers ?? {});
    const quantizers = exportedQuantizers(
      decisions.flatMap((decided) => decided.quantizers),
      buffersOf,
    );
    const inputs = new Map(decisions.map(({ module }) => [module.name, module.inputs]));
    const made = qdqGraph({
      companion,
      graphName: graph.name,
      quantizers,
      inputsOf: (module) => inputs.get(module) ?? [],
      changed: new Map(),
      method: torchSettings(recipe).method,
    });
    return { ...made, companion, quantizers };
  } finally {
    await checkpoint.close();
  }
}

function buffersIn(quantizers: { readonly [name: string]: ExpectedQuantizer }): ReadonlyMap<string, Buffers> {
  return new Map(
    Object.entries(quantizers).flatMap(([name, quantizer]) =>
      quantizer?.amax ? [[name, { _amax: tensorOf(quantizer.amax) }] as const] : [],
    ),
  );
}

function tensorOf({ shape, bytes }: { readonly shape: readonly number[]; readonly bytes: string }): Amax {
  return { shape, values: new Float32Array(Uint8Array.from(Buffer.from(bytes, 'hex')).buffer) };
}
