import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import { demoSignIn, withoutDemo } from './auth/demo.ts';
import { trustedOrigins } from './auth/origins.ts';
import { rateLimit } from './auth/rate-limit.ts';
import { downloads } from './files/downloads.ts';
import { createDashboardProxy } from './http/dashboard-proxy.ts';
import { createGraphqlHttp } from './http/graphql-http.ts';
import { createGraphqlSocket, socketPath } from './http/graphql-socket.ts';
import { limitBody } from './http/limit-body.ts';
import { refuseBadRequests } from './http/refuse-bad-requests.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { Platform } from './platform.ts';
import { createUploadServer, uploadPath } from './uploads/upload-server.ts';

export type GatewayOptions = {
  readonly platform: Platform;
  readonly secret: string;
  readonly publicUrl: string;
  readonly dashboardUrl: string;
  readonly uploadFolder: string;
  readonly introspection: boolean;
  /** How many proxies stand before the gateway; so many entries of X-Forwarded-For, from the right, are believed. */
  readonly proxies: number;
  /** Requests a minute from one address to the routes that check passwords. */
  readonly authRequestsPerMinute: number;
};

export type Gateway = {
  listen(port: number, host: string): Promise<number>;
  /** Lets what is under way end, refuses what is new, closes every socket. */
  close(): Promise<void>;
};

const maxUploadBytes = 16 * 2 ** 30;
const maxRequestBytes = 2 ** 20;
const maxSignInBytes = 2 ** 16;

/** One server on one port: the API, its files, sign-in, and the dashboard behind it. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { platform, publicUrl, secret, introspection } = options;
  const origins = trustedOrigins(publicUrl);
  const app = express().disable('x-powered-by').set('etag', false).set('trust proxy', options.proxies);
  const server = createServer({ requestTimeout: 0 }, app);
  const graphql = await createGraphqlHttp({ platform, httpServer: server, introspection });
  const socket = createGraphqlSocket({ platform, origins, introspection });
  const dashboard = createDashboardProxy(options.dashboardUrl, platform.log);
  const uploads = createUploadServer({ platform, folder: options.uploadFolder, maxBytes: maxUploadBytes });
  const limitSignIn = rateLimit(options.authRequestsPerMinute);

  app.use(securityHeaders(publicUrl));
  app.get('/healthz', async (_, response) => {
    await platform.app.$queryRaw`select 1`;
    response.json({ status: 'ok' });
  });
  app.use(['/api/auth', '/api/demo'], limitBody(maxSignInBytes));
  app.post(['/api/auth/*path', '/api/demo/*path'], limitSignIn);
  app.all('/api/auth/*path', toNodeHandler(platform.betterAuth));
  const demo = { client: platform.auth, auth: platform.betterAuth, secret, origins };
  app.use(platform.demo ? demoSignIn(demo) : withoutDemo());
  app.all([uploadPath, `${uploadPath}/:id`], uploads.handler);
  app.use(downloads(platform));
  app.use('/graphql', express.json({ limit: maxRequestBytes }), graphql.handler);
  app.all(['/api/*path', '/files/*path'], (_, response) => void response.status(404).json({ message: 'Not found.' }));
  app.use(dashboard.handler);
  app.use(refuseBadRequests(platform.log));

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    if (request.url?.split('?')[0] === socketPath) socket.upgrade(request, stream, head);
    else dashboard.upgrade(request, stream, head);
  });
  const cleaning = setInterval(() => {
    uploads.removeExpired().catch((error) => platform.log.warn({ err: error }, 'old uploads could not be removed'));
  }, 3_600_000);

  return {
    listen: (port, host) => listen(server, { port, host }),
    async close() {
      clearInterval(cleaning);
      await socket.close();
      await graphql.stop();
      dashboard.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, at: { readonly port: number; readonly host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
