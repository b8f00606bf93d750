import type { RequestHandler } from 'express';

/** On every answer of this origin. Scripts of the dashboard are Next's own business; what may frame or be framed is ours. */
export function securityHeaders(publicUrl: string): RequestHandler {
  const headers = {
    'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; form-action 'self'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  return (_, response, next) => {
    response.set(headers);
    next();
  };
}
