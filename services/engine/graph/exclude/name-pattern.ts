import { RE2JS, RE2JSException } from 're2js';
import { InputError } from '#contract/failure.ts';

export type MatchesName = (name: string) => boolean;

/**
 * Whether a name begins with what the pattern describes, as Python's `re.match` has it. In time linear in the name,
 * whatever the pattern: both come from users. Errors: RECIPE_INVALID naming `option` and the pattern; look-around and
 * back-references, which cannot be matched in linear time, are among them.
 */
export function namePattern(option: string, pattern: string): MatchesName {
  const expression = compile(pattern);
  if (expression instanceof RE2JS) return (name) => expression.matcher(name).lookingAt();
  throw new InputError('RECIPE_INVALID', `${option}: “${pattern}” is no regular expression: ${expression}`, {
    remedy: 'Write it as RE2 and Python both read it: without look-around and back-references.',
  });
}

/** The same for a name that is read as a pattern; null where it is not one. */
export function nameAsPattern(name: string): MatchesName | null {
  if (!special.test(name)) return (candidate) => beginsWith(candidate, name);
  const expression = compile(name);
  return expression instanceof RE2JS ? (candidate) => expression.matcher(candidate).lookingAt() : null;
}

/** What means something else in a pattern, apart from the point that stands for any character. */
const special = /[\\^$*+?{}[\]|()]/;

function beginsWith(candidate: string, plain: string): boolean {
  if (candidate.length < plain.length) return false;
  for (let at = 0; at < plain.length; at++) {
    const wanted = plain.charCodeAt(at);
    if (wanted === point ? candidate.charCodeAt(at) === newLine : candidate.charCodeAt(at) !== wanted) return false;
  }
  return true;
}

const point = '.'.charCodeAt(0);
const newLine = '\n'.charCodeAt(0);

/** A string is why not. */
function compile(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return error.message.replace(/^error parsing regexp: /, '');
    throw error;
  }
}
