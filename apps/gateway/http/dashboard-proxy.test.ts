import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { createDashboardProxy } from './dashboard-proxy.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const before = (target: string) =>
  listen(createServer(express().use(createDashboardProxy(target, pino({ level: 'silent' })).handler)));

it('while the dashboard is not there, a page says so and reloads itself', async () => {
  const answer = await fetch(await before('http://127.0.0.1:9'));
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await answer.text()).toContain('http-equiv="refresh"');
});

it('a request reaches the dashboard as it is, without the header that claims to have passed its proxy', async () => {
  const dashboard = await listen(
    createServer((request, response) => response.end(JSON.stringify({ url: request.url, headers: request.headers }))),
  );
  const answer = await fetch(`${await before(dashboard)}/o/demo?tab=runs`, {
    headers: { 'x-middleware-subrequest': 'middleware', cookie: 'a=b' },
  });
  const { url, headers } = JSON.parse(await answer.text());
  expect(url).toBe('/o/demo?tab=runs');
  expect(headers).toMatchObject({ cookie: 'a=b', 'x-forwarded-proto': 'http' });
  expect(headers).not.toHaveProperty('x-middleware-subrequest');
});
