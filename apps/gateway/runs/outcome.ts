import type { EvaluationPair, Outcome, Score } from '#contract/outcome.ts';
import { builder } from '../schema/builder.ts';
import { LintReportType } from './lint.ts';

const ScoreType = builder.objectRef<Score>('Score').implement({
  fields: (t) => ({
    correct: t.exposeInt('correct'),
    total: t.exposeInt('total'),
    value: t.float({ resolve: (score) => (score.total === 0 ? 0 : score.correct / score.total) }),
  }),
});

const EvaluationPairType = builder.objectRef<EvaluationPair>('EvaluationPair').implement({
  fields: (t) => ({
    metric: t.exposeString('metric'),
    float: t.expose('float', { type: ScoreType }),
    quantized: t.expose('quantized', { type: ScoreType }),
    agreement: t.exposeInt('agreement'),
  }),
});

export const OutcomeType = builder.objectRef<Outcome>('Outcome').implement({
  fields: (t) => ({
    quantizedLayers: t.int({ resolve: (outcome) => outcome.layers.quantized }),
    inputsOnlyLayers: t.int({ resolve: (outcome) => outcome.layers.inputs ?? 0 }),
    nativeLayers: t.int({ resolve: (outcome) => outcome.layers.native }),
    skippedLayers: t.int({ resolve: (outcome) => outcome.layers.skipped }),
    bytesBefore: t.expose('bytesBefore', { type: 'Long' }),
    bytesAfter: t.expose('bytesAfter', { type: 'Long' }),
    evaluation: t.expose('evaluation', { type: EvaluationPairType, nullable: true }),
    unmeasured: t.string({
      nullable: true,
      description: 'Why evaluation data brought no accuracy; one of the warnings.',
      resolve: (outcome) => outcome.unmeasured ?? null,
    }),
    warnings: t.stringList({ resolve: (outcome) => [...outcome.warnings] }),
    deviations: t.stringList({ resolve: (outcome) => [...outcome.deviations] }),
    calibrationSamples: t.exposeInt('calibrationSamples', { nullable: true }),
    lint: t.field({ type: LintReportType, nullable: true, resolve: (outcome) => outcome.lint ?? null }),
    seconds: t.exposeFloat('seconds'),
    peakRssBytes: t.expose('peakRssBytes', { type: 'Long' }),
  }),
});
