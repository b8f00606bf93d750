import { countVerdicts, type Plan, type PlannedLayer, type PlannedTensor, type RuleHits } from '#contract/plan.ts';
import { builder } from '../schema/builder.ts';
import { VerdictEnum } from '../schema/enums.ts';

const RuleHitsType = builder.objectRef<RuleHits>('RuleHits').implement({
  fields: (t) => ({
    pattern: t.exposeString('pattern'),
    kind: t.exposeString('kind'),
    hits: t.exposeInt('hits'),
  }),
});

const PlannedTensorType = builder.objectRef<PlannedTensor>('PlannedTensor').implement({
  fields: (t) => ({
    dtype: t.exposeString('dtype'),
    granularity: t.exposeString('granularity'),
    axis: t.exposeInt('axis', { nullable: true }),
    groupSize: t.int({ nullable: true, resolve: (tensor) => tensor.groupSize ?? null }),
  }),
});

const PlannedLayerType = builder.objectRef<PlannedLayer>('PlannedLayer').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    class: t.exposeString('class'),
    evidence: t.exposeString('evidence'),
    shape: t.field({ type: ['Long'], resolve: (layer) => [...layer.shape] }),
    verdict: t.expose('verdict', { type: VerdictEnum }),
    weights: t.expose('weights', { type: PlannedTensorType, nullable: true }),
    activations: t.expose('activations', { type: PlannedTensorType, nullable: true }),
    reason: t.exposeString('reason'),
  }),
});

export const PlanType = builder.objectRef<Plan>('Plan').implement({
  fields: (t) => ({
    backend: t.exposeString('backend'),
    layers: t.field({ type: [PlannedLayerType], resolve: (plan) => [...plan.layers] }),
    rules: t.field({ type: [RuleHitsType], resolve: (plan) => [...plan.rules] }),
    warnings: t.stringList({ resolve: (plan) => [...plan.warnings] }),
    bytesBefore: t.expose('bytesBefore', { type: 'Long' }),
    bytesAfter: t.expose('bytesAfter', { type: 'Long' }),
    quantizedLayers: t.int({ resolve: (plan) => countVerdicts(plan).quantized }),
    inputsOnlyLayers: t.int({ resolve: (plan) => countVerdicts(plan).inputs }),
    nativeLayers: t.int({ resolve: (plan) => countVerdicts(plan).native }),
    skippedLayers: t.int({ resolve: (plan) => countVerdicts(plan).skipped }),
  }),
});
