import { InMemoryCache } from '@apollo/client';

/** One page of a list per filter and order; `fetchMore` adds to the page of the same arguments. */
const appendEdges = (keyArgs: readonly string[]) => ({
  keyArgs: [...keyArgs],
  merge(existing: Edges | undefined, incoming: Edges, { args }: Arguments): Edges {
    return args?.after && existing ? { ...incoming, edges: [...existing.edges, ...incoming.edges] } : incoming;
  },
});

type Arguments = { args: Readonly<Record<string, unknown>> | null };

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
      ModelVersion: { fields: { parts: appendEdges(['first']) } },
      ModelInspection: { merge: true },
      Promotion: { merge: true },
    },
  });
}
