import { roles } from '../auth/permissions.ts';
import { builder } from './builder.ts';

export const RoleEnum = builder.enumType('Role', {
  values: Object.fromEntries([...roles].reverse().map((role) => [role.toUpperCase(), { value: role }])) as Record<
    'OWNER' | 'ADMIN' | 'MEMBER' | 'VIEWER',
    { value: (typeof roles)[number] }
  >,
});

export const RunStateEnum = builder.enumType('RunState', {
  values: ['QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'] as const,
});

export const InspectionStateEnum = builder.enumType('InspectionState', {
  values: ['PENDING', 'READY', 'FAILED'] as const,
});

export const VerdictEnum = builder.enumType('Verdict', {
  values: { QUANTIZED: { value: 'quantized' }, NATIVE: { value: 'native' }, SKIPPED: { value: 'skipped' } } as const,
});
