'use client';

import { useQuery } from '@apollo/client/react';
import { useDebouncedValue } from '@mantine/hooks';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Preset, type RecipeNeeds, takerOf } from './draft.ts';

const RecipeNeedsQuery = graphql(`
  query RecipeNeeds($yaml: String!) {
    recipeNeeds(recipeYaml: $yaml) {
      ... on RecipeNeeds {
        calibration
        graph
      }
      ... on Error {
        message
      }
    }
  }
`);

const calibrations = { REQUIRED: 'required', OPTIONAL: 'optional', NONE: 'none' } as const;

/** A text that is being typed is asked about when it rests. */
const rest = 250;

/** What the recipe asks of its inputs, in the gateway's words; of one that is wrong nothing, since the plan says what is wrong. */
export function useRecipeNeeds(yaml: string, presets: readonly Preset[]): RecipeNeeds | null {
  const [rested] = useDebouncedValue(yaml, rest, { leading: true });
  const taker = takerOf(yaml, presets);
  const { data, error } = useQuery(RecipeNeedsQuery, {
    variables: { yaml: rested },
    skip: takerOf(rested, presets) === null,
  });
  if (!taker) return null;
  if (error) return { ...taker, calibration: 'none', graph: 'none' };
  const answer = rested === yaml ? data?.recipeNeeds : undefined;
  if (!answer) return { ...taker, calibration: 'asked', graph: 'none' };
  if ('message' in answer) return { ...taker, calibration: 'none', graph: 'none' };
  return { ...taker, calibration: calibrations[answer.calibration], graph: answer.graph ? 'required' : 'none' };
}
