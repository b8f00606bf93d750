import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { originOf } from '#engine/graph/computable/cut-custom.ts';
import { keepFloatInputs } from '#engine/graph/computable/keep-float-inputs.ts';
import { insertQdq, type QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import { removeUnused } from '#engine/graph/insert/remove-unused.ts';
import { restoreFloatEdges } from '#engine/graph/insert/restore-float-edges.ts';
import { castAttention } from '#engine/graph/precision/cast-attention.ts';
import { foldWeights } from '#engine/graph/precision/fold-weights.ts';
import { quantizedInputs } from '#engine/graph/precision/quantized-inputs.ts';
import { toFloat8 } from '#engine/graph/precision/to-float8.ts';
import { toHalf } from '#engine/graph/precision/to-half.ts';
import { conventionsOf } from './conventions.ts';
import type { Placement } from './decide.ts';
import { withoutBetas } from './gemm-beta.ts';
import type { Network } from './network.ts';

/** The quantized model: Q/DQ where they were placed, then everything else in the precision that the recipe asks for. */
export function assemble(
  network: Network,
  { placement, scales }: { readonly placement: Placement; readonly scales: readonly QdqScale[] },
  settings: OnnxSettings,
): OnnxModel {
  const { graph } = network.model;
  const given = conventionsOf(settings).beta === 'becomes 1' ? withoutBetas(graph, placement.quantized) : graph;
  const isKept = keptTest(network);
  const restored = restoreFloatEdges(insertQdq(given, scales), placement.floatEdges);
  const placed = removeUnused(keepFloatInputs(restored, { original: graph, isKept }));
  const steps = stepsOf(network, settings).filter(({ wanted }) => wanted);
  const model = steps.reduce((current, { apply }) => apply(current), { ...network.model, graph: placed });
  return {
    ...model,
    graph: removeUnused(model.graph),
    rest: { ...model.rest, producerName: 'zeropoint', producerVersion: '' },
  };
}

/** Custom nodes and those that depend on them; they are known by what they make, which no step renames. */
function keptTest({ cut }: Network): (node: OnnxNode) => boolean {
  return (node) => originOf(cut, node) !== undefined;
}

type Step = { readonly wanted: boolean; readonly apply: (model: OnnxModel) => OnnxModel };

const halfTypes = { fp16: 'float16', bf16: 'bfloat16', fp32: null } as const;

/** In ModelOpt's order. A model that came with Q/DQ keeps its types. */
function stepsOf(network: Network, settings: OnnxSettings): readonly Step[] {
  const { isQuantized, typeOf } = network;
  const half = isQuantized ? null : halfTypes[settings.high_precision_dtype];
  const isFloat8 = settings.mode === 'fp8' && !isQuantized;
  return [
    {
      wanted: half !== null,
      apply: (model) =>
        toHalf(model, {
          dtype: half ?? 'float16',
          keptOps: new Set(settings.op_types_to_exclude_fp16),
          directIo: settings.direct_io_types,
          typeOf,
          keepsTypes: keptTest(network),
          compat: settings.compat,
        }),
    },
    { wanted: isFloat8 && half !== null && settings.mha_accumulation_dtype === 'fp32', apply: castAttention },
    { wanted: isFloat8, apply: (model) => toFloat8(model, { scale: settings.fp8_scale, compat: settings.compat }) },
    { wanted: settings.dq_only, apply: foldWeights },
    { wanted: settings.direct_io_types, apply: quantizedInputs },
  ];
}
