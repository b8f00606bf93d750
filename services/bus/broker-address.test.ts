import { describe, expect, test } from 'vitest';
import { parseBrokerAddress } from './broker-address.ts';

describe('parseBrokerAddress', () => {
  test.each([
    ['nats://host:4222', { servers: ['nats://host:4222'] }],
    ['host:4222', { servers: ['nats://host:4222'] }],
    ['nats://me:p%40ss@host:4222', { servers: ['nats://host:4222'], user: 'me', pass: 'p@ss' }],
    ['nats://t0ken@host', { servers: ['nats://host'], token: 't0ken' }],
    ['tls://me:pass@a:1, tls://b:2', { servers: ['tls://a:1', 'tls://b:2'], user: 'me', pass: 'pass' }],
    ['nats://me:pass@[::1]:4222', { servers: ['nats://[::1]:4222'], user: 'me', pass: 'pass' }],
  ])('reads %s', (text, address) => {
    expect(parseBrokerAddress(text)).toEqual(address);
  });

  test('an address that cannot be read is not repeated, for it may hold a password', () => {
    const refused = () => parseBrokerAddress('nats://me:hunter2@host:port');
    expect(refused).toThrow(/cannot be read/);
    expect(refused).not.toThrow(/hunter2/);
  });
});
