import type { RequestHandler } from 'express';

/**
 * At most `perMinute` requests a minute from one address, counted over fixed minutes. The address is the socket's, or
 * what as many proxies as are trusted say (ZEROPOINT_PROXIES). Guards the routes that check
 * passwords; everything else is guarded by what an operation may cost.
 */
export function rateLimit(perMinute: number): RequestHandler {
  let minute = 0;
  let counts = new Map<string, number>();
  return (request, response, next) => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) {
      minute = now;
      counts = new Map();
    }
    const address = request.ip ?? 'unknown';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    if (count <= perMinute) return next();
    response
      .status(429)
      .set('Retry-After', String(60 - (Math.floor(Date.now() / 1000) % 60)))
      .json({ message: `More than ${perMinute} attempts a minute from your address. Wait a minute and try again.` });
  };
}
