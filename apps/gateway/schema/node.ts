import type { Context } from '../context.ts';
import { isUuid, noRow } from './global-id.ts';

type Key = { readonly organizationId_id: { readonly organizationId: string; readonly id: string } };

/**
 * How a node is found by its id: by the whole key, so that the tenant is in the query itself, before row level
 * security says the same again.
 */
export function tenantKey(id: string, context: Context): Key {
  return {
    organizationId_id: { organizationId: context.tenant.organizationId, id: isUuid(id) ? id : noRow },
  };
}
