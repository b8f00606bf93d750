import { adviseBackend } from '#contract/recipe/advise.ts';
import { type BackendCard, backendCard } from '#contract/recipe/catalogue.ts';
import { type AlgorithmDecision, algorithmDecisions } from '#contract/recipe/preset-algorithm.ts';
import { backendIds } from '#contract/recipe/recipe.ts';
import { recipeToYaml } from '#contract/recipe/recipe-to-yaml.ts';
import { builder } from '../schema/builder.ts';
import { OptionType } from './option.ts';

const DecisionType = builder.objectRef<AlgorithmDecision>('AlgorithmDecision').implement({
  fields: (t) => ({
    option: t.exposeString('option'),
    value: t.exposeString('value'),
    algorithm: t.exposeString('algorithm'),
  }),
});

const BackendType = builder.objectRef<BackendCard>('Backend').implement({
  fields: (t) => ({
    id: t.exposeString('id'),
    title: t.exposeString('title'),
    input: t.exposeString('input'),
    formats: t.stringList({
      description: 'What inspections call the models it reads.',
      resolve: (card) => [...card.formats],
    }),
    output: t.exposeString('output'),
    bestFor: t.exposeString('bestFor'),
    tensorrt: t.exposeString('tensorrt'),
    needs: t.stringList({ resolve: (card) => [...card.needs] }),
    activations: t.exposeString('activations'),
    limits: t.stringList({ resolve: (card) => [...card.limits] }),
    modes: t.stringList({ resolve: (card) => [...card.modes] }),
    algorithms: t.stringList({ resolve: (card) => [...card.algorithms] }),
    weights: t.stringList({
      description: 'What its rules can ask of weights; the first is what happens without rules.',
      resolve: (card) => [...card.weights],
    }),
    options: t.field({
      type: [OptionType],
      resolve: (card) => Object.entries(card.kwargs).map(([key, option]) => ({ ...option, key })),
    }),
    algorithmDecisions: t.field({
      type: [DecisionType],
      description:
        'Values of options that decide the algorithm, whatever the recipe says; beside others its own is free.',
      resolve: (card) => [...algorithmDecisions(card.id)],
    }),
    preset: t.field({ type: 'JSON', resolve: (card) => card.preset }),
    presetYaml: t.string({ resolve: (card) => recipeToYaml(card.preset) }),
  }),
});

const AdviceType = builder.objectRef<ReturnType<typeof adviseBackend>>('Advice').implement({
  fields: (t) => ({
    backend: t.expose('backend', { type: BackendType }),
    reasons: t.stringList({ resolve: (advice) => [...advice.reasons] }),
    limits: t.stringList({ resolve: (advice) => [...advice.backend.limits] }),
    needs: t.stringList({ resolve: (advice) => [...advice.backend.needs] }),
    next: t.exposeString('next', { nullable: true }),
  }),
});

const AdviceInput = builder.inputType('AdviceInput', {
  fields: (t) => ({
    targetsTensorrt: t.boolean({ required: true }),
    quantizesActivations: t.boolean({ required: true }),
  }),
});

builder.queryField('backends', (t) => t.field({ type: [BackendType], resolve: () => backendIds.map(backendCard) }));

builder.queryField('adviseBackend', (t) =>
  t.field({
    type: AdviceType,
    args: { input: t.arg({ type: AdviceInput, required: true }) },
    resolve: (_, { input }) => adviseBackend(input),
  }),
);
