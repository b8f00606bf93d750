import { InputError } from '#contract/failure.ts';
import { withoutPrefix } from '../../modules/without-prefix.ts';
import type { MatchWeights } from '../weights/match-weights.ts';
import { recurrentNodes } from './recurrent-nodes.ts';

/**
 * An LSTM with `proj_size` projects its state, and ONNX's LSTM cannot: torch.onnx.export refuses it or, with
 * `dynamo=True`, cuts its weights to nodes that no runtime loads. Errors: UNSUPPORTED if the graph has such nodes.
 */
export function refuseProjections({ checkpoint, graph, prefix, moduleOfNode, graphName }: MatchWeights): void {
  const projecting = checkpoint.tensors.flatMap(
    ({ name }) => projection.exec(withoutPrefix(name, prefix))?.groups?.module ?? [],
  );
  if (projecting.length === 0) return;
  const found = recurrentNodes(graph).find(({ node }) => projecting.includes(moduleOfNode(node) ?? ''));
  if (!found) return;
  throw new InputError(
    'UNSUPPORTED',
    `${graphName} computes ${moduleOfNode(found.node)} with the operator LSTM, which has no projections; the checkpoint’s has (proj_size)`,
    {
      remedy:
        'Give no graph and quantize weights alone (mode weight_only_ptq), or export the network with the steps of this layer written out.',
    },
  );
}

const projection = /^(?:(?<module>.*)\.)?weight_hr_l\d+$/;
