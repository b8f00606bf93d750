import type { Verdict } from '#contract/plan.ts';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import { requestOf, type TorchaoSettings, type WeightRequest } from '#contract/recipe/torchao-request.ts';
import type { Layer } from './layers.ts';
import { obstacleOf } from './obstacle.ts';

export type Judgement = {
  readonly verdict: Verdict;
  readonly reason: string;
  /** How its weight is quantized; null if it stays. */
  readonly request: WeightRequest | null;
  /** What a rule asked for and the layer cannot have. */
  readonly refused: WeightRequest | null;
  /** What torchao 0.18 does where we leave a weight alone; null where it leaves it alone too. */
  readonly torchao: 'fails' | 'quantizes' | null;
};

/** What becomes of a layer: the recipe's decision, within what torchao can do and the file format can hold. */
export function judgeLayer(layer: Layer, decision: LayerDecision, settings: TorchaoSettings): Judgement {
  if (decision.kind === 'skip') return untouched('skipped', `skip_names: ${decision.pattern}`);
  if (decision.kind === 'unnamed') return untouched('native', 'no rule of the recipe names it');
  const rule = decision.kind === 'rule' ? decision.rule : null;
  const request = requestOf(rule ? rule.weights : undefined, settings.granularity);
  const by = rule ? `rule ${rule.module_name}` : 'the recipe has no rules: every Linear';
  if (request === null) return untouched('native', `${by} leaves its weight as it is`);
  const obstacle = findObstacle(layer, { request, pattern: rule?.module_name, settings });
  if (obstacle === null) return { verdict: 'quantized', reason: by, request, refused: null, torchao: null };
  const { reason, torchao } = obstacle;
  return { verdict: 'native', reason, request: null, refused: rule ? request : null, torchao };
}

function untouched(verdict: Verdict, reason: string): Judgement {
  return { verdict, reason, request: null, refused: null, torchao: null };
}

type Asked = {
  readonly request: WeightRequest;
  readonly pattern: string | undefined;
  readonly settings: TorchaoSettings;
};

function findObstacle(layer: Layer, asked: Asked): Pick<Judgement, 'reason' | 'torchao'> | null {
  if (!isLinear(layer, asked.pattern)) return { reason: `torchao quantizes Linear, not ${layer.class}`, torchao: null };
  if (!layer.weight) return { reason: 'it has no weight', torchao: null };
  if (layer.name === '' && asked.settings.outputFormat === 'safetensors')
    return { reason: 'torchao has no name for a weight of the root module in safetensors and fails', torchao: 'fails' };
  return obstacleOf(layer.weight, asked.request);
}

/** A rule that names a module of guessed class by its own name says that it is a Linear after all. */
function isLinear(layer: Layer, pattern: string | undefined): boolean {
  if (layer.class === 'Linear') return true;
  return layer.assumed && layer.weight?.shape.length === 2 && pattern !== undefined && layer.names.includes(pattern);
}
