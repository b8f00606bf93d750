import { describe, expect, it } from 'vitest';
import { ForbiddenError } from '../errors.ts';
import { type Action, can, minimumRoles, parseRole, requirePermission, roles } from './permissions.ts';

const actions = Object.keys(minimumRoles) as Action[];

const expected: Record<(typeof roles)[number], readonly Action[]> = {
  viewer: ['member.leave'],
  member: [
    'member.leave',
    'project.create',
    'upload.create',
    'model.create',
    'dataset.create',
    'recipe.save',
    'run.submit',
    'run.cancel',
    'run.retry',
    'run.promote',
  ],
  admin: [...actions],
  owner: [...actions],
};

describe('permissions', () => {
  it.each(roles)('a %s may do exactly what the table says', (role) => {
    expect(actions.filter((action) => can({ role }, action)).sort()).toEqual([...expected[role]].sort());
  });

  it('nobody may do anything outside of an organization', () => {
    expect(actions.some((action) => can({ role: null }, action))).toBe(false);
  });

  it('a refusal names the role that is needed and the one that is had', () => {
    expect(() => requirePermission({ role: 'viewer' }, 'run.submit')).toThrow(ForbiddenError);
    expect(() => requirePermission({ role: 'viewer' }, 'run.submit')).toThrow(/role member; you are viewer/);
  });

  it('a word that is no role may do nothing', () => {
    expect(parseRole('superuser')).toBeNull();
    expect(parseRole('admin')).toBe('admin');
  });
});
