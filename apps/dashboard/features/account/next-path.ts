/** Where to go after signing in: a path of this site, else the start. Never another site. */
export function nextPath(asked: string | null | undefined): string {
  return asked && /^\/(?![/\\])/.test(asked) ? asked : '/';
}
