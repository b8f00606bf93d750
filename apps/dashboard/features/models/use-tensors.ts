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

/** Requests at once: more would make the rows that are looked at now wait for those that were passed by. */
const mostInFlight = 2;

/**
 * The tensors of a version, by pages that are kept until the list is another one. While another list is on its way
 * the one before stays. They are not for Apollo's cache: it would take every row apart, and put it together again.
 */
export function useTensors(wishes: TensorWishes) {
  const client = useApolloClient();
  const list = JSON.stringify(wishes);
  const [pages, setPages] = useState<Pages<Tensor> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const requests = useRef(noRequests(list));

  /** Asks for what is wanted most, as far as there is room; every answer makes room for the next. */
  function pump(mine: Requests) {
    while (mine.inFlight.size < mostInFlight) {
      const next = mine.wanted.find((page) => !mine.inFlight.has(page) && !mine.here.has(page));
      if (next === undefined || requests.current !== mine) return;
      mine.inFlight.add(next);
      void fetchPage(mine, next);
    }
  }

  async function fetchPage(mine: Requests, number: number) {
    const variables = { ...wishes, search: wishes.search || null, offset: number * pageSize, limit: pageSize };
    try {
      const { data } = await client.query({ query: TensorsQuery, variables, fetchPolicy: 'no-cache' });
      if (requests.current !== mine) return;
      const inspection = data?.node?.__typename === 'ModelVersion' ? data.node.inspection : null;
      const { matchingTensors: total = 0, tensors: rows = [] } = inspection ?? {};
      mine.here.add(number);
      setPages((before) => addPage(before, { list, number, total, rows }));
      setError(null);
    } catch (cause) {
      if (requests.current !== mine) return;
      mine.wanted = [];
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      mine.inFlight.delete(number);
      pump(mine);
    }
  }

  function ask(wanted: readonly number[]) {
    if (requests.current.list !== list) requests.current = noRequests(list);
    requests.current.wanted = wanted;
    pump(requests.current);
  }

  const begin = useEffectEvent(() => ask([0]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins with its first page
  useEffect(() => begin(), [list]);
  const want = useThrottledCallback((first: number, last: number) => {
    if (pages?.list === list) ask(pagesAround(first, last, pages.total));
  }, scrollPause);
  const rows: PagedRows<Tensor> | null = pages && { total: pages.total, at: (index) => rowAt(pages, index), want };
  const retry = () => {
    setError(null);
    requests.current = noRequests(list);
    ask([0]);
  };
  return { rows, list: pages?.list ?? list, error, retry };
}

/** What one list has asked for. */
type Requests = {
  readonly list: string;
  /** What is looked at now, the most wanted first. */
  wanted: readonly number[];
  readonly inFlight: Set<number>;
  readonly here: Set<number>;
};

function noRequests(list: string): Requests {
  return { list, wanted: [], inFlight: new Set(), here: new Set() };
}
