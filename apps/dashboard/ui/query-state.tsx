'use client';

import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { errorSentence } from '#dashboard/graphql/error-sentence.ts';
import { Failed, Forbidden, Loading, NotFound } from './states.tsx';

type QueryStateProps = {
  loading: boolean;
  error: Error | undefined;
  retry?: () => void;
  /** What is missing when the answer is empty: “run”. */
  what?: string;
  lines?: number;
};

/** What stands in for a page or a card while its data is not there: loading, forbidden, failed, or not found. */
export function QueryState({ loading, error, retry, what, lines }: QueryStateProps) {
  if (error) {
    const code = codeOf(error);
    if (code === 'FORBIDDEN') return <Forbidden message={error.message} />;
    // A question is put together from the address: what it cannot read is an address that leads nowhere.
    if (code === 'NOT_FOUND' || code === 'BAD_USER_INPUT') return <NotFound {...(what ? { what } : {})} />;
    return <Failed message={errorSentence(error)} retry={retry} />;
  }
  if (loading) return <Loading {...(lines ? { lines } : {})} />;
  return <NotFound {...(what ? { what } : {})} />;
}

function codeOf(error: Error): string | undefined {
  const code = CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
