import type { Role } from '#dashboard/graphql/generated/graphql.ts';

/** What each role may do, in the words of the invitation form. */
export const roles = {
  OWNER: { label: 'Owner', can: 'Everything, with the organization itself' },
  ADMIN: { label: 'Admin', can: 'Everything, with people and projects' },
  MEMBER: { label: 'Member', can: 'Upload, run, download' },
  VIEWER: { label: 'Viewer', can: 'Look and download' },
} as const satisfies Record<Role, { label: string; can: string }>;

export const roleOptions = Object.entries(roles).map(([value, { label }]) => ({ value, label }));

export function isRole(value: string | null): value is Role {
  return value !== null && value in roles;
}
