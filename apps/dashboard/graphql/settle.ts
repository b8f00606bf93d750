import { errorSentence } from './error-sentence.ts';

/** What a person can be told about something that did not work. */
export type Problem = { readonly message: string; readonly remedy?: string | null };

export type Settled<Payload> =
  | { readonly kind: 'done'; readonly payload: Payload }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Awaits a mutation and splits its result union: the payload, or the problem to show beside the form. */
export async function settle<Data, Result extends object>(
  mutation: Promise<{ data?: Data | null }>,
  pick: (data: Data) => Result,
): Promise<Settled<Exclude<Result, Problem>>> {
  try {
    const { data } = await mutation;
    if (!data) return refuse({ message: 'The server gave no answer.', remedy: 'Try again.' });
    const result = pick(data);
    return isProblem(result) ? refuse(result) : { kind: 'done', payload: withoutProblem(result) };
  } catch (error) {
    return refuse({ message: errorSentence(error) });
  }
}

function isProblem<Result extends object>(result: Result): result is Extract<Result, Problem> {
  return 'message' in result && typeof result.message === 'string';
}

function refuse(problem: Problem): { kind: 'refused'; problem: Problem } {
  return { kind: 'refused', problem };
}

function withoutProblem<Result extends object>(result: Result): Exclude<Result, Problem> {
  if (isNotProblem(result)) return result;
  throw new Error('a problem was taken for a payload');
}

function isNotProblem<Result extends object>(result: Result): result is Exclude<Result, Problem> {
  return !isProblem(result);
}
