'use client';

import { useQuery } from '@apollo/client/react';
import { graphql } from '#dashboard/graphql/generated/index.ts';

const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      id
      name
      email
      memberships {
        role
        organization {
          slug
          name
          isDemo
        }
      }
      demo {
        organizationSlug
      }
    }
  }
`);

/** Who is signed in, with the organizations they belong to; null when nobody is. */
export function useViewer() {
  const { data, loading, error, refetch } = useQuery(ViewerQuery);
  return { viewer: data?.viewer ?? null, loading, error, refetch };
}
