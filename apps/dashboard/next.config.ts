import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

process.env.NEXT_TELEMETRY_DISABLED = '1';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Everything but the content security policy, which carries a nonce and is made for each page in proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  agentRules: false,
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'] },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default config;
