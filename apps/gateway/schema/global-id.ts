import { decodeGlobalID } from '@pothos/plugin-relay';
import { NotFoundError } from '../errors.ts';

/**
 * The row id in a global id of the given type. What is no such id at all answers like an id of nothing, so that a
 * caller learns nothing from the difference.
 */
export function parseGlobalId(type: NodeType, globalId: string): string {
  const id = tryParseGlobalId(type, globalId);
  if (id === null) throw new NotFoundError(nouns[type]);
  return id;
}

export function tryParseGlobalId(type: NodeType, globalId: string): string | null {
  try {
    const { typename, id } = decodeGlobalID(String(globalId));
    return typename === type && isUuid(id) ? id : null;
  } catch {
    return null;
  }
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A row id that no row has; looking it up answers like any other id of nothing. */
export const noRow = '00000000-0000-0000-0000-000000000000';

/** What each type of node is called in a sentence. */
export const nouns = {
  Organization: 'organization',
  Project: 'project',
  Model: 'model',
  ModelVersion: 'model version',
  Dataset: 'dataset',
  DatasetVersion: 'dataset version',
  Recipe: 'recipe',
  RecipeVersion: 'recipe version',
  Artifact: 'file',
  Run: 'run',
} as const;

export type NodeType = keyof typeof nouns;
