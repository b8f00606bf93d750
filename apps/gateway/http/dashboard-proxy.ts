import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestHandler } from 'express';
import { createProxyServer } from 'http-proxy-3';
import type { Logger } from 'pino';
import { startingPage } from './starting-page.ts';

export type DashboardProxy = {
  readonly handler: RequestHandler;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
};

/** Everything that the gateway does not answer itself is the dashboard's. */
export function createDashboardProxy(target: string, log: Logger): DashboardProxy {
  const proxy = createProxyServer({ target, xfwd: true, ws: true });
  proxy.on('proxyReq', (proxied) => {
    // With this header a request could claim to have passed Next's own proxy (CVE-2025-29927).
    proxied.removeHeader('x-middleware-subrequest');
  });
  proxy.on('error', (error, request, response) => {
    log.debug({ err: error, url: request?.url }, 'the dashboard does not answer');
    if (!(response instanceof ServerResponse)) return void response?.destroy();
    if (response.headersSent) return void response.destroy();
    response.writeHead(503, {
      'Content-Type': 'text/html; charset=utf-8',
      'Retry-After': '2',
      'Cache-Control': 'no-store',
    });
    response.end(startingPage);
  });
  return {
    handler: (request, response) => proxy.web(request, response),
    upgrade: (request, socket, head) => proxy.ws(request, socket as never, head),
    close: () => proxy.close(),
  };
}
