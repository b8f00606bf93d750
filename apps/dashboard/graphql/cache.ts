import { InMemoryCache } from '@apollo/client';

/** One page of a list per filter and order; `fetchMore` adds to the page of the same arguments. */
const appendEdges = (keyArgs: readonly string[]) => ({
  keyArgs: [...keyArgs],
  merge(existing: Edges | undefined, incoming: Edges, { args }: Arguments): Edges {
    return args?.after && existing ? { ...incoming, edges: [...existing.edges, ...incoming.edges] } : incoming;
  },
});

type Arguments = { args: Readonly<Record<string, unknown>> | null };

function appendPage(
  existing: readonly unknown[] | undefined,
  incoming: readonly unknown[],
  { args }: Arguments,
): readonly unknown[] {
  const offset = typeof args?.offset === 'number' ? args.offset : 0;
  return [...(existing ?? []).slice(0, offset), ...incoming];
}

type Edges = { readonly edges: readonly unknown[] };

export function createCache(): InMemoryCache {
  return new InMemoryCache({
    // Of every interface and union that a fragment names.
    possibleTypes: {
      RunChange: ['RunStateChanged', 'RunProgressed', 'RunLogged'],
      Error: ['InvalidInputError', 'NotFoundError', 'ForbiddenError', 'ConflictError', 'UnusableInputError'],
    },
    typePolicies: {
      Backend: { keyFields: ['id'] },
      OrganizationCard: { keyFields: ['slug'] },
      Project: {
        fields: { runs: appendEdges(['filter', 'sort']), models: appendEdges([]), datasets: appendEdges([]) },
      },
      // Each search is a list of its own, and grows by pages.
      ModelInspection: { merge: true, fields: { tensors: { keyArgs: ['search'], merge: appendPage } } },
    },
  });
}
