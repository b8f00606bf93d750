import { useApolloClient } from '@apollo/client/react';
import { useThrottledCallback } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { TensorSort, TensorsQuery as TensorsData } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import type { PagedRows } from '#dashboard/ui/paged-table.tsx';
import { addPage, type Pages, pageSize, pagesAround, rowAt } from './tensor-pages.ts';

const TensorsQuery = graphql(`
  query Tensors($id: ID!, $search: String, $sharedOnly: Boolean, $sort: TensorSort, $offset: Int!, $limit: Int!) {
    node(id: $id) {
      ... on ModelVersion {
        id
        inspection {
          matchingTensors(search: $search, sharedOnly: $sharedOnly)
          tensors(search: $search, sharedOnly: $sharedOnly, sort: $sort, offset: $offset, limit: $limit) {
            name
            dtype
            shape
            bytes
            sharers
            sharedWith
          }
        }
      }
    }
  }
`);

type ModelVersionNode = Extract<NonNullable<TensorsData['node']>, { __typename?: 'ModelVersion' }>;
export type Tensor = NonNullable<ModelVersionNode['inspection']>['tensors'][number];

export type TensorWishes = {
  readonly id: string;
  readonly search: string;
  readonly sharedOnly: boolean;
  readonly sort: TensorSort | null;
};

/** Between two looks at what a scrolling person passes by, in milliseconds. */
const scrollPause = 80;

/**
 * The tensors of a version, by pages that are kept until the list is another one. While another list is on its way
 * the one before stays. They are not for Apollo's cache: it would take every row apart, and put it together again.
 */
export function useTensors(wishes: TensorWishes) {
  const client = useApolloClient();
  const list = JSON.stringify(wishes);
  const [pages, setPages] = useState<Pages<Tensor> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const asked = useRef({ list: '', pages: new Set<number>() });

  async function ask(number: number) {
    if (asked.current.list !== list) asked.current = { list, pages: new Set() };
    const mine = asked.current;
    if (mine.pages.has(number)) return;
    mine.pages.add(number);
    const variables = { ...wishes, search: wishes.search || null, offset: number * pageSize, limit: pageSize };
    try {
      const { data } = await client.query({ query: TensorsQuery, variables, fetchPolicy: 'no-cache' });
      const inspection = data?.node?.__typename === 'ModelVersion' ? data.node.inspection : null;
      if (asked.current !== mine) return;
      const { matchingTensors: total = 0, tensors: rows = [] } = inspection ?? {};
      setPages((before) => addPage(before, { list, number, total, rows }));
      setError(null);
    } catch (cause) {
      mine.pages.delete(number);
      if (asked.current === mine) setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  const begin = useEffectEvent(() => ask(0));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins with its first page
  useEffect(() => void begin(), [list]);
  const want = useThrottledCallback((first: number, last: number) => {
    if (pages?.list !== list) return;
    for (const number of pagesAround(first, last, pages.total)) void ask(number);
  }, scrollPause);
  const rows: PagedRows<Tensor> | null = pages && { total: pages.total, at: (index) => rowAt(pages, index), want };
  return { rows, list: pages?.list ?? list, error, retry: () => void ask(0) };
}
