/** A qualified name without what stands in front of it (`model.`, or '' for nothing); other names stay as they are. */
export function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
