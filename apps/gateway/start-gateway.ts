import { connectBus } from '#bus/connect-bus.ts';
import { InputError } from '#contract/failure.ts';
import { createAppClient, createAuthClient, createRelayClient } from '#prisma/clients.ts';
import { openStore } from '#storage/open-store.ts';
import { createAuth } from './auth/auth.ts';
import { createDispatch } from './dispatch/create-dispatch.ts';
import { planOverBus } from './dispatch/plan-over-bus.ts';
import type { GatewayEnv } from './env.ts';
import { createEventHub } from './events/hub.ts';
import { createDownloadSigner } from './files/download-signer.ts';
import { createLogger } from './http/logger.ts';
import type { Platform } from './platform.ts';
import { createGateway } from './server.ts';

export type RunningGateway = { readonly port: number; stop(): Promise<void> };

/** Every part of a gateway, put together: clients, bus, dispatch and the server before them. */
export async function startGateway(env: GatewayEnv): Promise<RunningGateway> {
  const log = createLogger(env.ZEROPOINT_LOG_LEVEL);
  const app = createAppClient(env.ZEROPOINT_DATABASE_URL);
  const auth = createAuthClient(env.ZEROPOINT_AUTH_DATABASE_URL);
  const relay = createRelayClient(env.ZEROPOINT_RELAY_DATABASE_URL);
  const store = openStore(env.ZEROPOINT_STORE);
  const onError = (error: unknown) => log.error({ err: error }, 'dispatch');
  const bus = await connectBus({ url: env.ZEROPOINT_NATS_URL, name: 'zeropoint gateway', onError });
  const events = createEventHub({ databaseUrl: env.ZEROPOINT_DATABASE_URL, log });

  const platform: Platform = {
    log,
    app,
    auth,
    betterAuth: createAuth({
      client: auth,
      secret: env.ZEROPOINT_SECRET,
      publicUrl: env.ZEROPOINT_PUBLIC_URL,
      log,
    }),
    store,
    events,
    downloads: createDownloadSigner({ secret: env.ZEROPOINT_SECRET, lifetimeSeconds: 900, now: Date.now }),
    demo: env.ZEROPOINT_DEMO,
    leaseSeconds: env.ZEROPOINT_LEASE_SECONDS,
    async plan(question) {
      const answer = await planOverBus({ bus, store }, question);
      if ('plan' in answer) return answer.plan;
      const { code, message, remedy } = answer.failure;
      throw new InputError(code, message, remedy ? { remedy } : {});
    },
  };

  const dispatch = createDispatch({
    appClient: app,
    relayClient: relay,
    events,
    bus,
    store,
    leaseSeconds: env.ZEROPOINT_LEASE_SECONDS,
    onError,
  });

  const gateway = await createGateway({
    platform,
    secret: env.ZEROPOINT_SECRET,
    publicUrl: env.ZEROPOINT_PUBLIC_URL,
    dashboardUrl: env.ZEROPOINT_DASHBOARD_URL,
    uploadFolder: env.ZEROPOINT_UPLOADS,
    introspection: env.ZEROPOINT_INTROSPECTION,
    proxies: env.ZEROPOINT_PROXIES,
    authRequestsPerMinute: 60,
  });

  await dispatch.start();
  const port = await gateway.listen(env.ZEROPOINT_PORT, env.ZEROPOINT_HOST);
  log.info({ port, host: env.ZEROPOINT_HOST }, 'the gateway listens');

  return {
    port,
    async stop() {
      log.info('the gateway stops');
      await gateway.close();
      await dispatch.stop();
      await events.close();
      await bus.close();
      await Promise.all([app.$disconnect(), auth.$disconnect(), relay.$disconnect()]);
    },
  };
}
