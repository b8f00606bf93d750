import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { withoutDemo } from './demo.ts';

test('where no demo is offered, asking for it is answered and entering it is not', async () => {
  const server = createServer(express().use(withoutDemo()));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/demo/sign-in`;
  const asked = await fetch(address);
  expect(asked.status).toBe(200);
  expect(await asked.json()).toEqual({ organizationSlug: null });
  expect((await fetch(address, { method: 'POST' })).status).toBe(404);
});
