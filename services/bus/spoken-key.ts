/** Where in the artifact store lies what is too large for a message; no output of an attempt has such a key. */
export function spokenKey(prefix: string, word: 'plan' | 'result'): string {
  return `${spokenPrefix(prefix)}/${word}.json`;
}

/** All of it, to be removed when it has been read. */
export function spokenPrefix(prefix: string): string {
  return `${prefix}/spoken`;
}
