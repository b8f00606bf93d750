import { ForbiddenError } from '../errors.ts';

/** From least to most; a role may do everything that the roles before it may. */
export const roles = ['viewer', 'member', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** The one place that says who may do what: an action and the least role that may do it. */
export const minimumRoles = {
  'member.leave': 'viewer',
  'project.create': 'member',
  'upload.create': 'member',
  'model.create': 'member',
  'dataset.create': 'member',
  'recipe.save': 'member',
  'run.submit': 'member',
  'run.cancel': 'member',
  'run.retry': 'member',
  'run.promote': 'member',
  'member.invite': 'admin',
  'invitation.cancel': 'admin',
  'member.changeRole': 'admin',
  'member.remove': 'admin',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof minimumRoles;

/** Whoever acts: `role` is null outside of every organization. */
export type Actor = { readonly role: Role | null };

export function can(actor: Actor, action: Action): boolean {
  return actor.role !== null && isAtLeast(actor.role, minimumRoles[action]);
}

function isAtLeast(role: Role, minimum: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(minimum);
}

export function requirePermission(actor: Actor, action: Action): void {
  if (can(actor, action)) return;
  const minimum = minimumRoles[action];
  if (actor.role === null) {
    throw new ForbiddenError(
      action,
      'You are not in an organization that you may change.',
      'Sign in and open an organization that you belong to.',
    );
  }
  throw new ForbiddenError(
    action,
    `This takes the role ${minimum}; you are ${actor.role} here.`,
    'Ask an owner or admin of the organization to change your role.',
  );
}

/** A role as the database has it (a CHECK admits no other); anything else may do nothing. */
export function parseRole(text: string): Role | null {
  return roles.find((role) => role === text) ?? null;
}
