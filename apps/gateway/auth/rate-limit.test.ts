import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { rateLimit } from './rate-limit.ts';

test.each([
  { proxies: 0, said: ['1.1.1.1', '2.2.2.2', '3.3.3.3'], limited: true, what: 'a header is believed of nobody' },
  { proxies: 1, said: ['1.1.1.1', '2.2.2.2', '3.3.3.3'], limited: false, what: 'people behind a proxy are many' },
  {
    proxies: 1,
    said: ['9.9.9.9, 1.1.1.1', '8.8.8.8, 1.1.1.1', '1.1.1.1'],
    limited: true,
    what: 'its last word counts',
  },
])('$what', async ({ proxies, said, limited }) => {
  const app = express().set('trust proxy', proxies);
  app.post('/', rateLimit(2), (_, response) => void response.sendStatus(204));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    // Twice over, so that a minute that ends in between does not matter.
    const statuses: number[] = [];
    for (const address of limited ? [...said, ...said] : said) {
      statuses.push((await fetch(url, { method: 'POST', headers: { 'x-forwarded-for': address } })).status);
    }
    expect(statuses.includes(429)).toBe(limited);
  } finally {
    server.close();
  }
});
