import type { Verdict } from '#contract/plan.ts';
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
  values: {
    QUANTIZED: { value: 'quantized', description: 'Its weight is, and with most backends what it reads too.' },
    INPUTS: { value: 'inputs', description: 'Only what it reads is quantized, and no weight.' },
    NATIVE: { value: 'native', description: 'Nothing asks for it, or nothing can.' },
    SKIPPED: { value: 'skipped', description: 'A skip pattern took it out.' },
  } as const satisfies Record<Uppercase<Verdict>, { readonly value: Verdict; readonly description: string }>,
});
