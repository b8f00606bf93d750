import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What the gateway reads from its environment; docs/environment.md says what each is. */
export type GatewayEnv = z.infer<typeof schema>;

export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): GatewayEnv {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The gateway cannot start with this environment (see docs/environment.md):\n${lines.join('\n')}`);
}

const flag = z
  .enum(['0', '1', ''])
  .default('0')
  .transform((text) => text === '1');

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ });

const schema = z
  .object({
    ZEROPOINT_DATABASE_URL: databaseUrl,
    ZEROPOINT_AUTH_DATABASE_URL: databaseUrl,
    ZEROPOINT_RELAY_DATABASE_URL: databaseUrl,
    ZEROPOINT_NATS_URL: z.string().min(1),
    ZEROPOINT_STORE: z.url(),
    ZEROPOINT_UPLOADS: z.string().min(1).optional(),
    ZEROPOINT_SECRET: z.string().min(32),
    ZEROPOINT_PORT: z.coerce.number().int().min(0).max(65_535),
    ZEROPOINT_HOST: z.string().default('127.0.0.1'),
    ZEROPOINT_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    ZEROPOINT_PUBLIC_URL: z.url(),
    ZEROPOINT_DASHBOARD_URL: z.url(),
    ZEROPOINT_DEMO: flag,
    ZEROPOINT_INTROSPECTION: flag,
    ZEROPOINT_LEASE_SECONDS: z.coerce.number().int().min(1).default(15),
    ZEROPOINT_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .transform((env) => ({ ...env, ZEROPOINT_UPLOADS: env.ZEROPOINT_UPLOADS ?? uploadsBeside(env.ZEROPOINT_STORE) }));

/** Uploads on their way in lie beside the store, so that they fill the same disk that was meant for files. */
function uploadsBeside(store: string): string {
  const url = new URL(store);
  return url.protocol === 'file:' ? join(dirname(fileURLToPath(url)), 'uploads') : join(process.cwd(), 'uploads');
}
