import type { OnnxNode } from './model.ts';

/** What an exporter wrote beside a node (`metadata_props`): torch's names its modules there. */
export function metadataOf(node: OnnxNode): ReadonlyMap<string, string> {
  return new Map((node.rest.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
}
