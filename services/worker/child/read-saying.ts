import { z } from 'zod';
import { stages } from '#contract/backend.ts';
import { failureCodes } from '#contract/failure.ts';
import type { Plan } from '#contract/plan.ts';
import type { Saying } from './task.ts';

/**
 * What an attempt's process said, or null if it is no saying: that process has read a stranger's file, and whatever
 * became of it must not reach further than its own run.
 */
export function readSaying(message: unknown): Saying | null {
  const parsed = saying.safeParse(message);
  return parsed.success ? parsed.data : null;
}

const codes = Object.keys(failureCodes) as (keyof typeof failureCodes)[];

const failure = z
  .object({ code: z.enum(codes), message: z.string(), remedy: z.string().optional() })
  .transform(({ remedy, ...rest }) => (remedy === undefined ? rest : { ...rest, remedy }));

/** What a plan, an outcome or an inspection holds, the gateway stores and shows as it is. */
const saying = z.discriminatedUnion('say', [
  z.object({ say: z.literal('progress'), stage: z.enum(stages), fraction: z.number() }),
  z.object({ say: z.literal('log'), level: z.enum(['info', 'warning']), line: z.string() }),
  z.object({ say: z.literal('plan'), plan: z.custom<Plan>((plan) => typeof plan === 'object' && plan !== null) }),
  z.object({ say: z.literal('done'), result: z.object({ value: z.unknown(), outputs: z.array(z.string()) }) }),
  z.object({ say: z.literal('failed'), failure }),
]);
