import { isDevelopment } from './env.ts';

/**
 * Scripts run only with this page's nonce or when such a script loads them. Mantine sets style attributes, so
 * styles may be inline; `wasm-unsafe-eval` lets the upload worker compile its SHA-256 and nothing else.
 */
export function contentSecurityPolicy(nonce: string): string {
  const scripts = ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", "'wasm-unsafe-eval'"];
  const directives = {
    'default-src': ["'self'"],
    'script-src': isDevelopment ? [...scripts, "'unsafe-eval'"] : scripts,
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
