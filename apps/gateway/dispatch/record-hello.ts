import type { Hello } from '#bus/messages.ts';
import type { PrismaClient } from '#prisma/generated/client/client.ts';

/** Notes that a worker is there. Times are the database's; workers gone for a day are forgotten. */
export async function recordHello(appClient: PrismaClient, hello: Hello): Promise<void> {
  await appClient.$executeRaw`
    insert into fleet.workers (id, host, backends, version, started_at, last_seen_at)
    values (${hello.workerId}, ${hello.host}, ${[...hello.backends]}::text[], ${hello.engineVersion},
      to_timestamp(${hello.startedAtMs}::float8 / 1000), now())
    on conflict (id) do update set backends = excluded.backends, version = excluded.version, last_seen_at = now()`;
  await appClient.$executeRaw`delete from fleet.workers where last_seen_at < now() - interval '1 day'`;
}
